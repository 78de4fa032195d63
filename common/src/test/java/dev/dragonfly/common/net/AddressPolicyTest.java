package dev.dragonfly.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {
  private final AddressPolicy plain = new AddressPolicy("source", List.of(), List.of());

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
        "2002:7f00:1::",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "240.0.0.1",
        "fd20:ce::254",
        "4000::1"
      })
  void addressesOfThisMachineAndItsNeighboursAreRefused(String address) {
    assertThat(plain.isPublic(ip(address))).isFalse();
    assertThat(allows(plain, address, false)).isFalse();
    assertThat(allows(plain, address, true)).isFalse();
  }

  @Test
  void whatIsAllowedByNameIsAllowedEvenAfterARedirect() {
    AddressPolicy policy =
        new AddressPolicy("source", List.of("127.0.0.0/8", "10.1.0.0/16"), List.of());
    assertThat(allows(policy, "127.0.0.1", true)).isTrue();
    assertThat(allows(policy, "10.1.255.255", true)).isTrue();
    assertThat(allows(policy, "10.2.0.0", true)).isFalse();
    assertThat(allows(policy, "::1", false)).isFalse();
  }

  @Test
  void whatIsDeniedIsDeniedAlthoughItIsAllowedToo() {
    AddressPolicy policy =
        new AddressPolicy("source", List.of("10.0.0.0/8"), List.of("10.9.0.0/16"));
    assertThat(allows(policy, "10.8.0.1", false)).isTrue();
    assertThat(allows(policy, "10.9.0.1", false)).isFalse();
    assertThat(
            allows(new AddressPolicy("source", List.of(), List.of("0.0.0.0/0")), "8.8.8.8", false))
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

  /** Resolvers give addresses as bytes: what is written as text may lose its form before. */
  @ParameterizedTest
  @CsvSource({
    "00000000000000000000ffff7f000001, ::ffff:127.0.0.1",
    "00000000000000000000ffffa9fea9fe, ::ffff:169.254.169.254",
    "00000000000000000000ffffa83f8110, ::ffff:168.63.129.16",
    "0000000000000000ffff00007f000001, SIIT of 127.0.0.1",
    "0000000000000000ffff000008080808, SIIT of 8.8.8.8",
    "0000000000000000000000007f000001, ::127.0.0.1",
    "0064ff9b0000000000000000a9fea9fe, NAT64 of 169.254.169.254",
    "0064ff9b000100000000000008080808, local NAT64 of 8.8.8.8",
    "20027f00000100000000000000000000, 6to4 of 127.0.0.1",
    "20010000a9fea9fe0000000000000000, Teredo",
    "20010db8000000000000000000000001, documentation",
    "fec00000000000000000000000000001, site-local",
    "fd000ec2000000000000000000000023, pod identities of EKS",
    "fd20ce00000000000000000000000254, nothing special",
    "fd2000ce000000000000000000000254, metadata of GCP"
  })
  void addressesInWhichAnotherHidesAreRefusedAsBytesToo(String hex, String what)
      throws UnknownHostException {
    InetAddress address = Inet6Address.getByAddress("x", HexFormat.of().parseHex(hex), -1);
    assertThat(allows(plain, address, false)).as(what).isEqualTo(what.equals("nothing special"));
    assertThat(plain.isPublic(address)).as(what).isFalse();
  }

  @Test
  void whatAGatewayOfTheNetworkTranslatesCountsAsWhatIsReached() throws UnknownHostException {
    InetAddress google =
        Inet6Address.getByAddress(
            "x", HexFormat.of().parseHex("0064ff9b000000000000000008080808"), -1);
    assertThat(allows(plain, google, true)).isTrue();
    assertThat(plain.isPublic(google)).isTrue();
    assertThat(allows(new AddressPolicy("source", List.of(), List.of("8.8.8.8")), google, false))
        .isFalse();
  }

  private static boolean allows(AddressPolicy policy, String address, boolean fromPublic) {
    return allows(policy, ip(address), fromPublic);
  }

  private static boolean allows(AddressPolicy policy, InetAddress address, boolean fromPublic) {
    try {
      policy.check("host", address, fromPublic);
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
