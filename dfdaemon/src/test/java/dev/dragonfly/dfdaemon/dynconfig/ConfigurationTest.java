package dev.dragonfly.dfdaemon.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
  @Test
  void aSeedPeerShowsATokenThatIsNotPrinted() {
    String token = "0123456789abcdef0123456789abcdef";
    ManagerConfig manager = DaemonDefaults.parse("manager: {joinToken: " + token + "}").manager();

    assertThat(manager.joinToken().orElseThrow().matches(token)).isTrue();
    assertThat(manager.toString()).doesNotContain(token);
  }

  @ParameterizedTest
  @CsvSource({
    "'scheduler: {announceInterval: 0s}', announceInterval must be positive",
    "'scheduler: {addresses: [10.0.0.1]}', host:port",
    "'manager: {address: m}', host:port",
    "'manager: {refreshInterval: 0s}', refreshInterval must be positive",
    "'manager: {joinToken: short}', joinToken",
    "'seedPeer: {clusterId: -1}', clusterId",
    "'seedPeer: {keepAliveInterval: 0s}', keepAliveInterval",
    "'host: {schedulerClusterId: -1}', schedulerClusterId must be 0 or more"
  })
  void whatCannotBeIsToldWithItsKey(String yaml, String message) {
    assertThatThrownBy(() -> DaemonDefaults.parse(yaml))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message);
  }
}
