package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.grpc.TlsConfig;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.testing.ConfigReference;
import dev.dragonfly.scheduler.app.SchedulerConfig.MetricsConfig;
import dev.dragonfly.scheduler.app.SchedulerConfig.SecurityConfig;
import dev.dragonfly.scheduler.app.SchedulerConfig.ServerConfig;
import dev.dragonfly.scheduler.dynconfig.ManagerConfig;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig.Timing;
import dev.dragonfly.scheduler.seed.SeedConfig;
import dev.dragonfly.scheduler.store.redis.RedisConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The configuration file. */
class SchedulerConfigTest {
  private static final String EVERY_KEY =
      """
      server: {ip: 10.0.0.1, advertiseIp: 10.0.0.2, port: 0, hostname: sched, idc: d, location: a|b,
        tls: {caFile: /ca, certFile: /cert, keyFile: /key}}
      clusterId: 9
      redis: {address: "redis:6380", username: u, password: p, database: 3, callTimeout: 2s}
      manager: {address: "manager:65003", joinToken: 0123456789abcdef0123456789abcdef, keepAliveInterval: 1s, refreshInterval: 2m}
      scheduling: {candidateParentLimit: 5, upstreamParentLimit: 3, filterParentLimit: 30,
        backToSourceSlots: 2, blameLimit: 4, extraAnswerLimit: 6,
        timing: {parentWait: 1s, peerLease: 2s, pieceFlush: 3ms, growthDelay: 4ms, slowLook: 5s,
          taskTimeToLive: 6h}}
      seed: {addresses: ["seed:4000", 10.0.0.0/8], lease: 7s, exhausted: 8s, downloadTimeout: 9h}
      security: {checkAddresses: false, anySeed: true}
      metrics: {ip: 127.0.0.1, port: 0}
      """;

  @Test
  void theReferenceLoadsSaysTheDefaultsAndNamesEveryKey() {
    ConfigReference.check(SchedulerConfig.DEFAULTS, SchedulerConfig.class);
  }

  /** Literals, so that who changes the page by accident is told. */
  @Test
  void whatAFileDoesNotSayIsWhatThePageSays() {
    SchedulerConfig config = parse("");
    assertThat(config.server())
        .isEqualTo(new ServerConfig("0.0.0.0", "", 8002, "", "", "", Optional.empty()));
    assertThat(config.clusterId()).isEqualTo(1);
    assertThat(config.redis())
        .isEqualTo(
            new RedisConfig("127.0.0.1:6379", "", Optional.empty(), 0, Duration.ofSeconds(1)));
    assertThat(config.manager())
        .isEqualTo(
            new ManagerConfig(
                Optional.empty(), Optional.empty(), Duration.ofSeconds(5), Duration.ofMinutes(1)));
    assertThat(config.scheduling())
        .isEqualTo(
            new SchedulingConfig(
                8,
                4,
                64,
                1,
                3,
                32,
                new Timing(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofMillis(200),
                    Duration.ofMillis(100),
                    Duration.ofSeconds(1),
                    Duration.ofDays(30))));
    assertThat(config.seed())
        .isEqualTo(
            new SeedConfig(
                List.of(), Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofHours(10)));
    assertThat(config.security()).isEqualTo(new SecurityConfig(true, false));
    assertThat(config.metrics()).isEqualTo(new MetricsConfig("0.0.0.0", 8000));
  }

  @Test
  void aZeroIsSaidAndNotTakenForTheDefault() {
    assertThatThrownBy(() -> parse("scheduling: {backToSourceSlots: 0}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("backToSourceSlots must be 1 to 200, got 0");
    assertThatThrownBy(() -> parse("clusterId: 0")).hasMessageContaining("clusterId");
  }

  @Test
  void everyKeyIsMapped() {
    SchedulerConfig config = parse(EVERY_KEY);
    assertThat(config.server())
        .isEqualTo(
            new ServerConfig(
                "10.0.0.1",
                "10.0.0.2",
                0,
                "sched",
                "d",
                "a|b",
                Optional.of(new TlsConfig(Path.of("/ca"), Path.of("/cert"), Path.of("/key")))));
    assertThat(config.clusterId()).isEqualTo(9);
    assertThat(config.redis().address()).isEqualTo("redis:6380");
    assertThat(config.redis().username()).isEqualTo("u");
    assertThat(config.redis().password().orElseThrow().reveal()).isEqualTo("p");
    assertThat(config.redis().database()).isEqualTo(3);
    assertThat(config.redis().callTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.manager().place()).contains(new HostAndPort("manager", 65003));
    assertThat(config.manager().joinToken().orElseThrow())
        .matches(token -> token.matches("0123456789abcdef0123456789abcdef"));
    assertThat(config.manager().keepAliveInterval()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.manager().refreshInterval()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.scheduling())
        .isEqualTo(
            new SchedulingConfig(
                5,
                3,
                30,
                2,
                4,
                6,
                new Timing(
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(2),
                    Duration.ofMillis(3),
                    Duration.ofMillis(4),
                    Duration.ofSeconds(5),
                    Duration.ofHours(6))));
    assertThat(config.seed())
        .isEqualTo(
            new SeedConfig(
                List.of("seed:4000", "10.0.0.0/8"),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8),
                Duration.ofHours(9)));
    assertThat(config.security()).isEqualTo(new SecurityConfig(false, true));
    assertThat(config.metrics()).isEqualTo(new MetricsConfig("127.0.0.1", 0));
    assertThat(config.toString())
        .doesNotContain("password=Optional[p]")
        .doesNotContain("0123456789abcdef");
  }

  @Test
  void nonsenseIsRefusedWithTheNameOfTheKey() {
    assertThatThrownBy(() -> parse("scheduling: {candidateParentLimit: 1000}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("candidateParentLimit must be 1 to 64, got 1000");
    assertThatThrownBy(() -> parse("seed: {addresses: [10.0.0.0/99]}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("not the place of a seed: '10.0.0.0/99'");
    assertThatThrownBy(() -> parse("redis: {adress: x}"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("adress");
  }

  private static SchedulerConfig parse(String yaml) {
    return ConfigLoader.parse(yaml, "test", SchedulerConfig.DEFAULTS, SchedulerConfig.class);
  }
}
