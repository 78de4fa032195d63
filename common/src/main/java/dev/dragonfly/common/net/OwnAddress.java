package dev.dragonfly.common.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The address that a service tells others of itself: what is configured, else the one from which
 * this machine reaches others. Never what its own name resolves to: that is 127.0.1.1 on Debian,
 * which works on one machine and nowhere else.
 */
public final class OwnAddress {
  /** Addresses outside that nobody has: only the route to them counts. IPv4 first. */
  private static final List<InetSocketAddress> OUTSIDE =
      Stream.of("192.0.2.1", "198.51.100.1", "2001:db8::1", "2000::1")
          .map(literal -> new InetSocketAddress(InetAddress.ofLiteral(literal), 9))
          .toList();

  private final Routes routes;

  public OwnAddress(Routes routes) {
    this.routes = routes;
  }

  /** Of this machine. */
  public static OwnAddress ofThisMachine() {
    return new OwnAddress(new KernelRoutes());
  }

  /**
   * An IP literal for a service that listens on one address.
   *
   * @param configured what the configuration says; empty or blank: nothing
   * @param listening the address to listen on; taken unless it stands for all
   */
  public String advertised(Optional<String> configured, String listening) {
    Optional<String> own =
        Cidr.address(listening).isPresent() && isWildcard(listening)
            ? Optional.empty()
            : Optional.of(listening);
    return configured.filter(text -> !text.isBlank()).or(() -> own).orElseGet(this::detected);
  }

  /** The source of the default route, IPv4 first; else of an interface; else loopback. */
  public String detected() {
    return OUTSIDE.stream()
        .map(routes::sourceTo)
        .flatMap(Optional::stream)
        .filter(OwnAddress::isForOthers)
        .findFirst()
        .or(this::ofInterface)
        .map(OwnAddress::literal)
        .orElse("127.0.0.1");
  }

  private Optional<InetAddress> ofInterface() {
    List<InetAddress> all = routes.addresses().stream().filter(OwnAddress::isForOthers).toList();
    return all.stream()
        .filter(address -> !(address instanceof Inet6Address))
        .findFirst()
        .or(() -> all.stream().findFirst());
  }

  /** Whether the address is one of this machine's own interfaces. */
  public boolean isOwn(InetAddress address) {
    return routes.addresses().stream().anyMatch(own -> literal(own).equals(literal(address)));
  }

  /** Whether others can have a route to it at all. */
  public static boolean isForOthers(InetAddress address) {
    return !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress();
  }

  private static boolean isWildcard(String literal) {
    return InetAddress.ofLiteral(literal).isAnyLocalAddress();
  }

  /** Without the zone of an IPv6 address. */
  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
