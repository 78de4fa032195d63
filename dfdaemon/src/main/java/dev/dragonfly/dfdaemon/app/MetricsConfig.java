package dev.dragonfly.dfdaemon.app;

/**
 * Where {@code /metrics} and {@code /healthy} are served.
 *
 * @param ip address
 * @param port port; 0 for any free one
 */
public record MetricsConfig(String ip, int port) {
  public MetricsConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
  }
}
