package dev.dragonfly.dfdaemon.app;

import dev.dragonfly.common.config.Bounds;

/**
 * Where {@code /metrics} and {@code /healthy} are served.
 *
 * @param ip address
 * @param port port; 0 for any free one
 */
public record MetricsConfig(String ip, int port) {
  public MetricsConfig {
    Bounds.port(port);
  }
}
