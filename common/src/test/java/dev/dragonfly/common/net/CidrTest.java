package dev.dragonfly.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.1.2, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.168.1.128/25, 192.168.1.127, false",
    "192.168.1.128/25, 192.168.1.128, true",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "fd00::/8, fdab::1, true",
    "::ffff:10.0.0.0/104, 10.9.9.9, true",
    "::ffff:10.0.0.0/104, 11.0.0.1, false",
    "::/96, 10.0.0.1, false",
  })
  void knowsWhoBelongsToIt(String network, String address, boolean belongs) {
    assertThat(Cidr.parse(network).contains(InetAddress.ofLiteral(address))).isEqualTo(belongs);
  }

  @Test
  void anAddressWrappedInIpv6IsTheOneThatItStandsFor() throws UnknownHostException {
    byte[] bytes = new byte[16];
    bytes[10] = bytes[11] = (byte) 0xff;
    bytes[12] = 127;
    bytes[15] = 1;
    InetAddress wrapped = Inet6Address.getByAddress("resolved", bytes, -1);
    assertThat(wrapped).isInstanceOf(Inet6Address.class);
    assertThat(Cidr.parse("127.0.0.0/8").contains(wrapped)).isTrue();
    assertThat(Cidr.unmapped(wrapped)).isEqualTo(InetAddress.getLoopbackAddress());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8x",
        "1.2.3/8",
        "::/129",
        "fe80::1%eth0",
        "::ffff:10.0.0.0/8",
        "[::1]/128",
        "/8"
      })
  void refusesWhatIsNoNetwork(String text) {
    assertThat(Cidr.find(text)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Cidr.parse(text))
        .withMessageContaining("not a network: '" + text + "'");
  }
}
