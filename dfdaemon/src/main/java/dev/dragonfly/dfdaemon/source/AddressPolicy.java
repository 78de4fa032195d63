package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.InetAddress;
import java.util.List;

/**
 * Which addresses a source may have. Registries and file servers in private networks are normal;
 * loopback, link-local, metadata services and the like are refused unless listed, and so is a
 * redirect from a public address into a private network. Checked on the address that is connected
 * to, after its name was resolved.
 */
final class AddressPolicy {
  private static final List<Network> METADATA =
      List.of(
          Network.parse("169.254.169.254"),
          Network.parse("fd00:ec2::254"),
          Network.parse("100.100.100.200"));
  private static final List<Network> PRIVATE =
      List.of(
          Network.parse("10.0.0.0/8"),
          Network.parse("172.16.0.0/12"),
          Network.parse("192.168.0.0/16"),
          Network.parse("100.64.0.0/10"),
          Network.parse("fc00::/7"));
  private static final Network THIS_NETWORK = Network.parse("0.0.0.0/8");
  private static final Network BROADCAST = Network.parse("255.255.255.255");

  private final List<Network> allow;
  private final List<Network> deny;

  AddressPolicy(List<String> allow, List<String> deny) {
    this.allow = allow.stream().map(Network::parse).toList();
    this.deny = deny.stream().map(Network::parse).toList();
  }

  /**
   * Refuses the address or does nothing.
   *
   * @param redirectedFromPublic whether a public address sent us there
   * @throws DragonflyException PERMISSION_DENIED saying which key of the configuration decides
   */
  void check(String host, InetAddress address, boolean redirectedFromPublic) {
    InetAddress within = Network.ipv4Within(address);
    if (matches(deny, address) || matches(deny, within)) {
      throw refuse(host, address, "it is listed in source.deny");
    }
    if (matches(allow, address)) {
      return;
    }
    if (isSpecial(address) || isSpecial(within)) {
      throw refuse(
          host,
          address,
          "it is not a public or private address; list it in source.allow if it is wanted");
    }
    if (redirectedFromPublic && (matches(PRIVATE, address) || matches(PRIVATE, within))) {
      throw refuse(
          host,
          address,
          "a public address redirected to a private one; list it in source.allow if it is wanted");
    }
  }

  /** Whether the address is one of the Internet. */
  boolean isPublic(InetAddress address) {
    InetAddress within = Network.ipv4Within(address);
    return !isSpecial(address)
        && !isSpecial(within)
        && !matches(PRIVATE, address)
        && !matches(PRIVATE, within);
  }

  private static boolean isSpecial(InetAddress address) {
    return address.isLoopbackAddress()
        || address.isLinkLocalAddress()
        || address.isAnyLocalAddress()
        || address.isMulticastAddress()
        || THIS_NETWORK.contains(address)
        || BROADCAST.contains(address)
        || matches(METADATA, address);
  }

  private static boolean matches(List<Network> networks, InetAddress address) {
    for (Network network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static DragonflyException refuse(String host, InetAddress address, String why) {
    return new DragonflyException(
        ErrorCode.PERMISSION_DENIED,
        "source " + host + " at " + address.getHostAddress() + " is refused: " + why);
  }
}
