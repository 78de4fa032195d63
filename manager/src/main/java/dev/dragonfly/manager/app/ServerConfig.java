package dev.dragonfly.manager.app;

/**
 * Where the manager listens; port 0 takes a free one.
 *
 * @param ip the address for REST and gRPC
 */
public record ServerConfig(String ip, int restPort, int grpcPort) {}
