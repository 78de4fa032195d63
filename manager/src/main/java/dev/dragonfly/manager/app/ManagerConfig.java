package dev.dragonfly.manager.app;

import dev.dragonfly.common.registry.ResolverConfig;
import dev.dragonfly.manager.instance.KeepAliveConfig;
import dev.dragonfly.manager.rest.WebConfig;
import dev.dragonfly.manager.security.SecurityConfig;
import dev.dragonfly.manager.store.redis.RedisConfig;
import dev.dragonfly.manager.user.AuthConfig;

/** The configuration file of the manager; {@code docs/config/manager.yaml} explains each key. */
public record ManagerConfig(
    ServerConfig server,
    WebConfig web,
    DatabaseConfig database,
    AuthConfig auth,
    SecurityConfig security,
    KeepAliveConfig keepAlive,
    RedisConfig redis,
    ResolverConfig preheat,
    MetricsConfig metrics) {
  /** The documented file, which holds the defaults. */
  public static final String DEFAULTS = "/config/manager.yaml";

  /** What the file says, with the made-up token beside the password of root. */
  public ManagerConfig {
    security = security.beside(auth.passwordFile());
  }

  /** Where Prometheus reads. */
  public record MetricsConfig(int port) {}
}
