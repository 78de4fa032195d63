package dev.dragonfly.dfdaemon.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.dfdaemon.host.HostConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConfigurationTest {

  @Test
  void everythingHasADefault() {
    assertThat(ConfigLoader.parse("", "test", SchedulerConfig.class))
        .isEqualTo(SchedulerConfig.of(List.of()));
    assertThat(ConfigLoader.parse("", "test", ManagerConfig.class)).isEqualTo(ManagerConfig.NONE);
    assertThat(ConfigLoader.parse("", "test", HostConfig.class)).isEqualTo(HostConfig.DETECTED);
  }

  @Test
  void everyKeyOfTheSchedulersIsRead() {
    String yaml =
        """
        addresses: ["a:1", "b:2"]
        refreshInterval: 1s
        announceInterval: 2s
        holdingsInterval: 3s
        connectTimeout: 4s
        headersTimeout: 5s
        registerTimeout: 6s
        closeTimeout: 7s
        leaveTimeout: 8s
        """;

    assertThat(ConfigLoader.parse(yaml, "test", SchedulerConfig.class))
        .isEqualTo(
            new SchedulerConfig(
                List.of("a:1", "b:2"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                Duration.ofSeconds(7),
                Duration.ofSeconds(8)));
  }

  @Test
  void everyKeyOfManagerAndHostIsRead() {
    assertThat(
            ConfigLoader.parse(
                "{address: 'm:65003', refreshInterval: 5s}", "t", ManagerConfig.class))
        .isEqualTo(
            new ManagerConfig(Optional.of("m:65003"), Duration.ofSeconds(5), Optional.empty()));
    assertThat(
            ConfigLoader.parse(
                "{ip: 10.0.0.9, hostname: n, idc: i, location: 'a|b', schedulerClusterId: 3}",
                "t",
                HostConfig.class))
        .isEqualTo(
            new HostConfig(
                Optional.of("10.0.0.9"),
                Optional.of("n"),
                Optional.of("i"),
                Optional.of("a|b"),
                3));
  }

  @Test
  void aSeedPeerSaysHowItIsKnownAndShowsATokenThatIsNotPrinted() {
    assertThat(ConfigLoader.parse("", "test", SeedPeerConfig.class))
        .isEqualTo(SeedPeerConfig.DEFAULT);
    assertThat(
            ConfigLoader.parse(
                "{registered: true, clusterId: 4, keepAliveInterval: 9s}",
                "test",
                SeedPeerConfig.class))
        .isEqualTo(new SeedPeerConfig(true, 4L, Duration.ofSeconds(9)));
    assertThatThrownBy(() -> ConfigLoader.parse("clusterId: -1", "test", SeedPeerConfig.class))
        .hasMessageContaining("clusterId");
    String token = "0123456789abcdef0123456789abcdef";
    ManagerConfig manager = ConfigLoader.parse("joinToken: " + token, "test", ManagerConfig.class);
    assertThat(manager.joinToken().orElseThrow().matches(token)).isTrue();
    assertThat(manager.toString()).doesNotContain(token);
    assertThatThrownBy(() -> ConfigLoader.parse("joinToken: short", "test", ManagerConfig.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("joinToken");
  }

  @Test
  void anIntervalOfNothingIsRefusedWithItsKey() {
    assertThatThrownBy(
            () -> ConfigLoader.parse("announceInterval: 0s", "test", SchedulerConfig.class))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("announceInterval");
    assertThatThrownBy(() -> SchedulerConfig.of(List.of("10.0.0.1")))
        .hasMessageContaining("host:port");
  }
}
