package dev.dragonfly.manager.app;

/**
 * Where the manager listens; port 0 takes a free one.
 *
 * @param ip the address for REST and gRPC
 */
public record ServerConfig(String ip, Integer restPort, Integer grpcPort) {
  public ServerConfig {
    ip = ip == null ? "0.0.0.0" : ip;
    restPort = restPort == null ? 8080 : restPort;
    grpcPort = grpcPort == null ? 65003 : grpcPort;
  }
}
