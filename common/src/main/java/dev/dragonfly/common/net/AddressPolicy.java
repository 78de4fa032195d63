package dev.dragonfly.common.net;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which addresses a source may have, by what they are: addresses of the Internet and of private
 * networks. Everything else is refused unless it is listed: loopback, link-local, metadata
 * services, forms of IPv6 in which an IPv4 address hides, and what has no use yet. A redirect from
 * a public address into a private network is refused too. Checked on the address that is connected
 * to, after its name was resolved.
 */
public final class AddressPolicy {
  private static final List<Cidr> PRIVATE =
      networks("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7");
  private static final List<Cidr> GLOBAL = networks("0.0.0.0/0", "2000::/3");

  /** Parts of these two that are something else. */
  private static final List<Cidr> SPECIAL =
      networks(
          "0.0.0.0/8",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "192.0.0.0/24", // protocol assignments; metadata of Oracle at .192
          "192.88.99.0/24", // relays of 6to4
          "198.18.0.0/15", // benchmarks
          "224.0.0.0/4",
          "240.0.0.0/4",
          "100.100.100.200", // metadata of Alibaba
          "168.63.129.16", // wire server of Azure
          "fd00:ec2::/32", // metadata and pod identities of AWS
          "fd20:ce::/32", // metadata of GCP
          "2001::/23", // Teredo, ORCHID and other protocols
          "2001:db8::/32",
          "2002::/16"); // 6to4: an IPv4 address hides in it

  /** What gateways of networks without IPv4 translate (RFC 6052): the last four bytes count. */
  private static final Cidr NAT64 = Cidr.parse("64:ff9b::/96");

  private final String keys;
  private final List<Cidr> allow;
  private final List<Cidr> deny;

  /**
   * @param keys the part of the configuration that has the keys {@code allow} and {@code deny};
   *     named in refusals
   */
  public AddressPolicy(String keys, List<String> allow, List<String> deny) {
    this.keys = keys;
    this.allow = allow.stream().map(Cidr::parse).toList();
    this.deny = deny.stream().map(Cidr::parse).toList();
  }

  private static List<Cidr> networks(String... texts) {
    return Arrays.stream(texts).map(Cidr::parse).toList();
  }

  /**
   * Refuses the address or does nothing.
   *
   * @param redirectedFromPublic whether a public address sent us there
   * @throws DragonflyException PERMISSION_DENIED saying which key of the configuration decides
   */
  public void check(String host, InetAddress address, boolean redirectedFromPublic) {
    InetAddress within = translated(address);
    if (matches(deny, address) || matches(deny, within)) {
      throw refuse(host, address, "it is listed in " + keys + ".deny");
    }
    if (matches(allow, address)) {
      return;
    }
    if (isPublic(address)) {
      return;
    }
    if (!isPrivate(within)) {
      throw refuse(
          host,
          address,
          "it is not a public or private address; list it in " + keys + ".allow if it is wanted");
    }
    if (redirectedFromPublic) {
      throw refuse(
          host,
          address,
          "a public address redirected to a private one; list it in "
              + keys
              + ".allow if it is wanted");
    }
  }

  /** Whether the address is one of the Internet. */
  public boolean isPublic(InetAddress address) {
    InetAddress within = translated(address);
    return matches(GLOBAL, within) && !matches(SPECIAL, within) && !matches(PRIVATE, within);
  }

  private static boolean isPrivate(InetAddress address) {
    return matches(PRIVATE, address) && !matches(SPECIAL, address);
  }

  /** The IPv4 address that is reached in the end; else the address itself. */
  private static InetAddress translated(InetAddress address) {
    if (!NAT64.contains(address)) {
      return Cidr.unmapped(address);
    }
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("four bytes are an address", e);
    }
  }

  private static boolean matches(List<Cidr> networks, InetAddress address) {
    for (Cidr network : networks) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private DragonflyException refuse(String host, InetAddress address, String why) {
    return new DragonflyException(
        ErrorCode.PERMISSION_DENIED,
        keys + " " + host + " at " + address.getHostAddress() + " is refused: " + why);
  }
}
