package dev.dragonfly.dfdaemon.app;

import java.nio.file.Path;

/**
 * Where the daemon listens for gRPC.
 *
 * @param ip address for other peers and schedulers
 * @param port port for them; 0 for any free one
 * @param socket unix socket for local tools
 */
public record ServerConfig(String ip, int port, Path socket) {
  public ServerConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
  }
}
