package dev.dragonfly.dfdaemon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressesTest {
  private final PeerAddresses network = PeerAddresses.from("10.0.0.1");

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.2", "192.168.1.9", "8.8.8.8", "fd00::2"})
  void peersAreAtAddressesOfTheNetwork(String ip) {
    assertThat(network.endpoint(ip, 4005).getAddress()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "::ffff:127.0.0.1",
        "169.254.169.254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "localhost",
        "metadata.example",
        "",
        "10.0.0"
      })
  void nobodyIsAtThisMachineOrItsLinkOrAtAName(String ip) {
    assertThatThrownBy(() -> network.endpoint(ip, 4005)).isInstanceOf(DragonflyException.class);
  }

  @Test
  void aClusterOnOneMachineIsAtItsLoopback() {
    PeerAddresses loopback = PeerAddresses.from("127.0.0.1");

    assertThat(loopback.endpoint("127.0.0.1", 4005).getPort()).isEqualTo(4005);
    assertThatThrownBy(() -> loopback.endpoint("169.254.169.254", 80))
        .isInstanceOf(DragonflyException.class);
  }
}
