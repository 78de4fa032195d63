package dev.dragonfly.manager.rest;

import java.util.List;

/**
 * Who may call REST from where.
 *
 * @param corsOrigins other origins whose pages may use REST with the session of a browser
 * @param trustedProxies addresses of proxies that are believed when they say who calls
 * @param metrics whether {@code GET /metrics} is also here, open to whoever reaches the port
 */
public record WebConfig(List<String> corsOrigins, List<String> trustedProxies, boolean metrics) {
  public WebConfig {
    corsOrigins = List.copyOf(corsOrigins);
    trustedProxies = List.copyOf(trustedProxies);
  }
}
