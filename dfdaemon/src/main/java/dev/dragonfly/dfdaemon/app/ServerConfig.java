package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.net.Cidr;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the daemon listens for gRPC.
 *
 * @param ip address for other peers and schedulers (0.0.0.0)
 * @param port port for them (4000); 0 for any free one
 * @param triggerFrom networks (CIDR, or one address) from which others than listed schedulers may
 *     make this host download and delete (none)
 * @param socket unix socket for local tools (/var/run/dragonfly/dfdaemon.sock)
 */
public record ServerConfig(String ip, Integer port, List<String> triggerFrom, Path socket) {
  private static final int DEFAULT_PORT = 4000;
  private static final Path DEFAULT_SOCKET = Path.of("/var/run/dragonfly/dfdaemon.sock");

  public ServerConfig(
      @Nullable String ip,
      @Nullable Integer port,
      @Nullable List<String> triggerFrom,
      @Nullable Path socket) {
    this.ip = ip == null ? "0.0.0.0" : ip;
    this.port = port == null ? DEFAULT_PORT : port;
    this.triggerFrom = triggerFrom == null ? List.of() : List.copyOf(triggerFrom);
    this.triggerFrom.forEach(Cidr::parse);
    this.socket = socket == null ? DEFAULT_SOCKET : socket;
    if (this.port < 0 || this.port > 65535) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
  }

  /** The networks of {@link #triggerFrom}. */
  List<Cidr> triggerNetworks() {
    return triggerFrom.stream().map(Cidr::parse).toList();
  }
}
