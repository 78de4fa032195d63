package dev.dragonfly.dfdaemon.rpc;

/**
 * Where this host serves pieces.
 *
 * @param ip address that others reach
 * @param port port of the piece protocol
 */
public record DataAddress(String ip, int port) {}
