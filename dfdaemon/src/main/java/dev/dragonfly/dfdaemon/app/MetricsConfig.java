package dev.dragonfly.dfdaemon.app;

import org.jspecify.annotations.Nullable;

/**
 * Where {@code /metrics} and {@code /healthy} are served.
 *
 * @param ip address (0.0.0.0)
 * @param port port (4002); 0 for any free one
 */
public record MetricsConfig(String ip, Integer port) {
  private static final int DEFAULT_PORT = 4002;

  public MetricsConfig(@Nullable String ip, @Nullable Integer port) {
    this.ip = ip == null ? "0.0.0.0" : ip;
    this.port = port == null ? DEFAULT_PORT : port;
    if (this.port < 0 || this.port > 65535) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
  }
}
