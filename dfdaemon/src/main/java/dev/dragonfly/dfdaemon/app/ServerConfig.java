package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.net.Cidr;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the daemon listens for gRPC.
 *
 * @param ip address for other peers and schedulers
 * @param port port for them; 0 for any free one
 * @param triggerFrom networks (CIDR, or one address) from which others than listed schedulers may
 *     make this host download and delete
 * @param socket unix socket for local tools
 */
public record ServerConfig(String ip, int port, List<String> triggerFrom, Path socket) {
  public ServerConfig {
    triggerFrom = List.copyOf(triggerFrom);
    triggerFrom.forEach(Cidr::parse); // fails here, while the configuration is read
    Bounds.port(port);
  }

  /** {@link #triggerFrom}, read. */
  List<Cidr> triggerNetworks() {
    return triggerFrom.stream().map(Cidr::parse).toList();
  }
}
