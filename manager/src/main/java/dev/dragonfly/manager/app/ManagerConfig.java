package dev.dragonfly.manager.app;

import dev.dragonfly.common.registry.ResolverConfig;
import dev.dragonfly.manager.instance.KeepAliveConfig;
import dev.dragonfly.manager.rest.WebConfig;
import dev.dragonfly.manager.security.SecurityConfig;
import dev.dragonfly.manager.store.redis.RedisConfig;
import dev.dragonfly.manager.user.AuthConfig;
import java.util.Optional;

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

  @SuppressWarnings("NullAway") // Absent keys arrive as null and become defaults here.
  public ManagerConfig {
    server = server == null ? new ServerConfig(null, null, null) : server;
    web = web == null ? new WebConfig(null, null) : web;
    database = database == null ? DatabaseConfig.defaults() : database;
    auth = auth == null ? new AuthConfig(null, null, null, null, null) : auth;
    security =
        (security == null ? new SecurityConfig(Optional.empty(), null, false) : security)
            .beside(auth.passwordFile());
    keepAlive = keepAlive == null ? new KeepAliveConfig(null, null, null) : keepAlive;
    redis = redis == null ? new RedisConfig(null, null, null, null, null, null) : redis;
    preheat = preheat == null ? new ResolverConfig(null, null, null, null) : preheat;
    metrics = metrics == null ? new MetricsConfig(null) : metrics;
  }

  /** Where Prometheus reads. */
  public record MetricsConfig(Integer port) {
    public MetricsConfig {
      port = port == null ? 8000 : port;
    }
  }
}
