package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.testing.ConfigReference;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The configuration file. */
class SchedulerConfigTest {
  @Test
  void theReferenceLoadsSaysTheDefaultsAndNamesEveryKey() {
    ConfigReference.check(SchedulerConfig.DEFAULTS, SchedulerConfig.class);
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
    SchedulerConfig config =
        parse(
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
            jobs: {enabled: false, address: "jobs:6381", username: j, password: q, brokerDatabase: 3, backendDatabase: 4}
            registry: {allow: [127.0.0.0/8], deny: [10.0.0.0/8], caFile: /ca, timeout: 9s}
            security: {checkAddresses: false, anySeed: true, headersToPeers: true}
            metrics: {ip: 127.0.0.1, port: 0}
            """);
    assertThat(config.server().advertiseIp()).isEqualTo("10.0.0.2");
    assertThat(config.server().port()).isZero();
    assertThat(config.server().tls()).isPresent();
    assertThat(config.clusterId()).isEqualTo(9);
    assertThat(config.redis().host()).isEqualTo("redis");
    assertThat(config.redis().port()).isEqualTo(6380);
    assertThat(config.redis().password().orElseThrow().reveal()).isEqualTo("p");
    assertThat(config.manager().orElseThrow().place().port()).isEqualTo(65003);
    assertThat(config.scheduling().timing().taskTimeToLive()).isEqualTo(Duration.ofHours(6));
    assertThat(config.scheduling().extraAnswerLimit()).isEqualTo(6);
    assertThat(config.seed().downloadTimeout()).isEqualTo(Duration.ofHours(9));
    assertThat(config.seed().addresses()).containsExactly("seed:4000", "10.0.0.0/8");
    assertThat(config.security().anySeed()).isTrue();
    assertThat(config.security().headersToPeers()).isTrue();
    assertThat(config.registry().allow()).containsExactly("127.0.0.0/8");
    assertThat(config.registry().deny()).containsExactly("10.0.0.0/8");
    assertThat(config.registry().caFile()).contains(Path.of("/ca"));
    assertThat(config.registry().timeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(config.jobs().enabled()).isFalse();
    assertThat(config.jobs().address()).isEqualTo("jobs:6381");
    assertThat(config.jobs().username()).isEqualTo("j");
    assertThat(config.jobs().password().orElseThrow().reveal()).isEqualTo("q");
    assertThat(config.jobs().brokerDatabase()).isEqualTo(3);
    assertThat(config.jobs().backendDatabase()).isEqualTo(4);
    assertThat(config.manager().orElseThrow().joinToken()).isPresent();
    assertThat(config.security().checkAddresses()).isFalse();
    assertThat(config.metrics().port()).isZero();
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
