package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.grpc.TlsConfig;
import dev.dragonfly.scheduler.dynconfig.ManagerConfig;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig;
import dev.dragonfly.scheduler.seed.SeedConfig;
import dev.dragonfly.scheduler.store.redis.RedisConfig;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a scheduler.
 *
 * @param server where it serves and how it is called
 * @param clusterId number of its cluster
 * @param redis where the graph is kept
 * @param manager the manager; absent to run without one
 * @param scheduling how peers are given parents
 * @param seed how seeds are asked
 * @param security what is believed without proof
 * @param metrics where metrics are served
 */
public record SchedulerConfig(
    ServerConfig server,
    long clusterId,
    RedisConfig redis,
    Optional<ManagerConfig> manager,
    SchedulingConfig scheduling,
    SeedConfig seed,
    SecurityConfig security,
    MetricsConfig metrics) {
  /** All defaults. */
  public static final SchedulerConfig DEFAULT =
      new SchedulerConfig(null, 0, null, null, null, null, null, null);

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // absent keys of the file arrive as null
  public SchedulerConfig(
      @Nullable ServerConfig server,
      long clusterId,
      @Nullable RedisConfig redis,
      @Nullable Optional<ManagerConfig> manager,
      @Nullable SchedulingConfig scheduling,
      @Nullable SeedConfig seed,
      @Nullable SecurityConfig security,
      @Nullable MetricsConfig metrics) {
    this.server = server == null ? ServerConfig.DEFAULT : server;
    this.clusterId = clusterId == 0 ? 1 : clusterId;
    this.redis = redis == null ? new RedisConfig(null, null, null, 0, null) : redis;
    this.manager = manager == null ? Optional.empty() : manager;
    this.scheduling = scheduling == null ? SchedulingConfig.DEFAULT : scheduling;
    this.seed = seed == null ? SeedConfig.DEFAULT : seed;
    this.security = security == null ? new SecurityConfig(false) : security;
    this.metrics = metrics == null ? MetricsConfig.DEFAULT : metrics;
  }

  /**
   * Where the scheduler serves.
   *
   * @param ip address to listen on
   * @param advertiseIp address that others are told; empty for the one it listens on, or the
   *     machine's first address when it listens on all
   * @param port port for daemons; 0 for any free one; 8002 when absent
   * @param hostname name that others are told; empty for the machine's
   * @param idc data centre; empty for none
   * @param location place, elements separated by {@code |}; empty for none
   * @param tls files for mutual TLS with daemons, seeds and manager; absent for plain text
   */
  public record ServerConfig(
      String ip,
      String advertiseIp,
      Integer port,
      String hostname,
      String idc,
      String location,
      Optional<TlsConfig> tls) {
    /** All defaults. */
    public static final ServerConfig DEFAULT =
        new ServerConfig(null, null, null, null, null, null, null);

    @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // absent keys arrive as null
    public ServerConfig(
        @Nullable String ip,
        @Nullable String advertiseIp,
        @Nullable Integer port,
        @Nullable String hostname,
        @Nullable String idc,
        @Nullable String location,
        @Nullable Optional<TlsConfig> tls) {
      this.ip = ip == null ? "0.0.0.0" : ip;
      this.advertiseIp = advertiseIp == null ? "" : advertiseIp;
      this.port = port == null ? 8002 : port;
      this.hostname = hostname == null ? "" : hostname;
      this.idc = idc == null ? "" : idc;
      this.location = location == null ? "" : location;
      this.tls = tls == null ? Optional.empty() : tls;
    }
  }

  /**
   * What is believed without proof.
   *
   * @param anySeed whether everybody is asked, and given the headers of callers, who announces
   *     himself as a seed
   */
  public record SecurityConfig(boolean anySeed) {}

  /**
   * Where metrics are served.
   *
   * @param ip address to listen on
   * @param port port; 0 for any free one; 8000 when absent
   */
  public record MetricsConfig(String ip, Integer port) {
    /** All defaults. */
    public static final MetricsConfig DEFAULT = new MetricsConfig(null, null);

    public MetricsConfig(@Nullable String ip, @Nullable Integer port) {
      this.ip = ip == null ? "0.0.0.0" : ip;
      this.port = port == null ? 8000 : port;
    }
  }
}
