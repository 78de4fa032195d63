package dev.dragonfly.scheduler.app;

import dev.dragonfly.common.grpc.TlsConfig;
import dev.dragonfly.scheduler.dynconfig.ManagerConfig;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig;
import dev.dragonfly.scheduler.seed.SeedConfig;
import dev.dragonfly.scheduler.store.redis.RedisConfig;
import java.util.Optional;

/**
 * The configuration of a scheduler.
 *
 * @param server where it serves and how it is called
 * @param clusterId number of its cluster
 * @param redis where the graph is kept
 * @param manager where the manager is, if there is one
 * @param scheduling how peers are given parents
 * @param seed how seeds are asked
 * @param security who is believed, and what without proof
 * @param metrics where metrics are served
 */
public record SchedulerConfig(
    ServerConfig server,
    long clusterId,
    RedisConfig redis,
    ManagerConfig manager,
    SchedulingConfig scheduling,
    SeedConfig seed,
    SecurityConfig security,
    MetricsConfig metrics) {
  /** The documented file, which holds the defaults. */
  public static final String DEFAULTS = "/config/scheduler.yaml";

  public SchedulerConfig {
    if (clusterId < 1) {
      throw new IllegalArgumentException("clusterId must be 1 or more, got " + clusterId);
    }
  }

  /**
   * Where the scheduler serves.
   *
   * @param ip address to listen on
   * @param advertiseIp address that others are told; empty for the one it listens on, or the
   *     machine's first address when it listens on all
   * @param port port for daemons; 0 for any free one
   * @param hostname name that others are told; empty for the machine's
   * @param idc data centre; empty for none
   * @param location place, elements separated by {@code |}; empty for none
   * @param tls files for mutual TLS with daemons, seeds and manager; absent for plain text
   */
  public record ServerConfig(
      String ip,
      String advertiseIp,
      int port,
      String hostname,
      String idc,
      String location,
      Optional<TlsConfig> tls) {}

  /**
   * Who is believed, and what without proof.
   *
   * @param checkAddresses whether a host is spoken for only from its own address
   * @param anySeed whether everybody is asked, and given the headers of callers, who announces
   *     himself as a seed
   */
  public record SecurityConfig(boolean checkAddresses, boolean anySeed) {}

  /**
   * Where metrics are served.
   *
   * @param ip address to listen on
   * @param port port; 0 for any free one
   */
  public record MetricsConfig(String ip, int port) {}
}
