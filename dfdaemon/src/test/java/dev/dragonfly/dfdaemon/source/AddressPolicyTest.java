package dev.dragonfly.dfdaemon.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private final AddressPolicy plain = new AddressPolicy(List.of(), List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "8.8.8.8",
        "1.1.1.1",
        "172.15.255.255",
        "172.32.0.1",
        "2001:4860:4860::8888",
        "198.51.100.7"
      })
  void publicAddressesMayBeReadAndRedirectedTo(String address) {
    assertThat(plain.isPublic(ip(address))).isTrue();
    assertThat(allows(plain, address, false)).isTrue();
    assertThat(allows(plain, address, true)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.255",
        "fc00::1",
        "fd12:3456::1",
        "::ffff:10.0.0.1"
      })
  void privateAddressesMayBeReadButNotRedirectedToFromThePublic(String address) {
    assertThat(plain.isPublic(ip(address))).isFalse();
    assertThat(allows(plain, address, false)).isTrue();
    assertThat(allows(plain, address, true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "::1",
        "::ffff:127.0.0.1",
        "0:0:0:0:0:ffff:7f00:1",
        "169.254.0.1",
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "100.100.100.200",
        "0.0.0.0",
        "0.1.2.3",
        "::",
        "224.0.0.1",
        "239.255.255.250",
        "ff02::1",
        "255.255.255.255",
        "2130706433",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::"
      })
  void addressesOfThisMachineAndItsNeighboursAreRefused(String address) {
    assertThat(plain.isPublic(ip(address))).isFalse();
    assertThat(allows(plain, address, false)).isFalse();
    assertThat(allows(plain, address, true)).isFalse();
  }

  @Test
  void whatIsAllowedByNameIsAllowedEvenAfterARedirect() {
    AddressPolicy policy = new AddressPolicy(List.of("127.0.0.0/8", "10.1.0.0/16"), List.of());
    assertThat(allows(policy, "127.0.0.1", true)).isTrue();
    assertThat(allows(policy, "10.1.255.255", true)).isTrue();
    assertThat(allows(policy, "10.2.0.0", true)).isFalse();
    assertThat(allows(policy, "::1", false)).isFalse();
  }

  @Test
  void whatIsDeniedIsDeniedAlthoughItIsAllowedToo() {
    AddressPolicy policy = new AddressPolicy(List.of("10.0.0.0/8"), List.of("10.9.0.0/16"));
    assertThat(allows(policy, "10.8.0.1", false)).isTrue();
    assertThat(allows(policy, "10.9.0.1", false)).isFalse();
    assertThat(allows(new AddressPolicy(List.of(), List.of("0.0.0.0/0")), "8.8.8.8", false))
        .isFalse();
  }

  @Test
  void aRefusalNamesTheHostItsAddressAndTheKeyThatDecides() {
    DragonflyException failure =
        catchThrowableOfType(
            DragonflyException.class, () -> plain.check("evil.example", ip("127.0.0.1"), false));
    assertThat(failure.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(failure)
        .hasMessageContaining("evil.example")
        .hasMessageContaining("127.0.0.1")
        .hasMessageContaining("source.allow");
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.0, false",
    "10.0.0.5, 10.0.0.5, true",
    "10.0.0.5, 10.0.0.4, false",
    "192.168.0.128/25, 192.168.0.127, false",
    "192.168.0.128/25, 192.168.0.255, true",
    "0.0.0.0/0, 1.2.3.4, true",
    "0.0.0.0/0, ::1, false",
    "fc00::/7, fdff::1, true",
    "fc00::/7, fe00::1, false"
  })
  void aNetworkHoldsTheAddressesThatBeginLikeIt(String network, String address, boolean holds) {
    assertThat(Network.parse(network).contains(ip(address))).isEqualTo(holds);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "::1/129"})
  void whatIsNotANetworkIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Network.parse(text))
        .withMessageContaining("'" + text + "'")
        .withMessageContaining("10.0.0.0/8");
  }

  private static boolean allows(AddressPolicy policy, String address, boolean fromPublic) {
    try {
      policy.check("host", ip(address), fromPublic);
      return true;
    } catch (DragonflyException e) {
      return false;
    }
  }

  private static InetAddress ip(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
