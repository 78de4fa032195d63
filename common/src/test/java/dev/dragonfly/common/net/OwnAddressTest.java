package dev.dragonfly.common.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OwnAddressTest {
  private final FakeRoutes routes = new FakeRoutes();
  private final OwnAddress own = new OwnAddress(routes);

  @Test
  void itIsTheSourceOfTheDefaultRouteWhateverTheOwnNameResolvesTo() {
    routes.interfaces("127.0.0.1", "127.0.1.1", "172.17.0.1", "10.0.0.7");
    routes.ipv4 = address("10.0.0.7");

    assertThat(own.detected()).isEqualTo("10.0.0.7");
  }

  @Test
  void ipv4ComesFirstWhereThereAreBoth() {
    routes.ipv4 = address("10.0.0.7");
    routes.ipv6 = address("2a01:4f8::7");

    assertThat(own.detected()).isEqualTo("10.0.0.7");
  }

  @Test
  void aNodeWithIpv6OnlyHasItsGlobalAddress() {
    routes.interfaces("::1", "127.0.0.1", "fe80::1", "2a01:4f8::7");
    routes.ipv6 = address("2a01:4f8::7");

    assertThat(own.detected()).isEqualTo("2a01:4f8:0:0:0:0:0:7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.1.1", "169.254.3.4", "0.0.0.0"})
  void aRouteThatOnlyThisMachineCanUseIsPassedOver(String source) {
    routes.ipv4 = address(source);
    routes.ipv6 = address("2a01:4f8::7");

    assertThat(own.detected()).isEqualTo("2a01:4f8:0:0:0:0:0:7");
  }

  @Test
  void withoutADefaultRouteAnInterfaceIsTakenIpv4First() {
    routes.interfaces("127.0.0.1", "fe80::1", "fd00::2", "169.254.1.1", "192.168.1.2");

    assertThat(own.detected()).isEqualTo("192.168.1.2");
  }

  @Test
  void loopbackIsLeftWhereThereIsNoNetwork() {
    routes.interfaces("127.0.0.1", "::1");

    assertThat(own.detected()).isEqualTo("127.0.0.1");
  }

  @Test
  void whatIsConfiguredComesFirstAndThenASingleAddressToListenOn() {
    routes.ipv4 = address("10.0.0.7");

    assertThat(own.advertised(Optional.of("203.0.113.9"), "10.0.0.5")).isEqualTo("203.0.113.9");
    assertThat(own.advertised(Optional.of(""), "10.0.0.5")).isEqualTo("10.0.0.5");
    assertThat(own.advertised(Optional.empty(), "127.0.0.1")).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "0:0:0:0:0:0:0:0"})
  void toListenOnAllAddressesIsNoneToTellOthers(String all) {
    routes.ipv4 = address("10.0.0.7");

    assertThat(own.advertised(Optional.empty(), all)).isEqualTo("10.0.0.7");
  }

  @Test
  void anAddressOfAnInterfaceIsOwnWithOrWithoutItsZone() {
    routes.interfaces("10.0.0.7", "2a01:4f8::7");

    assertThat(own.isOwn(address("10.0.0.7"))).isTrue();
    assertThat(own.isOwn(address("2a01:4f8:0::7"))).isTrue();
    assertThat(own.isOwn(address("10.0.0.8"))).isFalse();
  }

  @Test
  void thisMachineHasAnAddressThatCanBeParsed() {
    InetAddress detected = address(OwnAddress.ofThisMachine().detected());

    assertThat(detected.isAnyLocalAddress()).isFalse();
    assertThat(OwnAddress.ofThisMachine().isOwn(detected)).isTrue();
  }

  private static InetAddress address(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  private static final class FakeRoutes implements Routes {
    private @Nullable InetAddress ipv4;
    private @Nullable InetAddress ipv6;
    private List<InetAddress> interfaces = new ArrayList<>();

    void interfaces(String... literals) {
      interfaces = Arrays.stream(literals).map(OwnAddressTest::address).toList();
    }

    @Override
    public Optional<InetAddress> sourceTo(InetSocketAddress destination) {
      return Optional.ofNullable(destination.getAddress() instanceof Inet4Address ? ipv4 : ipv6);
    }

    @Override
    public List<InetAddress> addresses() {
      return interfaces;
    }
  }
}
