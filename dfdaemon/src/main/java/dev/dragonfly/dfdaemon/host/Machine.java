package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.dfdaemon.client.ManagerClient.Requester;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who this machine is, with what was not configured filled in.
 *
 * @param id its identity
 * @param type ordinary or seed
 * @param hostname its name
 * @param ip an IP literal
 * @param idc data centre
 * @param location place
 * @param schedulerClusterId cluster it belongs to; 0 when not configured
 */
public record Machine(
    HostId id,
    HostType type,
    String hostname,
    String ip,
    Optional<String> idc,
    Optional<String> location,
    long schedulerClusterId) {
  private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
  private static final Path KERNEL_HOSTNAME = Path.of("/proc/sys/kernel/hostname");
  private static final String LOOPBACK = "127.0.0.1";

  /** An address outside: no packet is sent to it, it only makes the kernel choose a route. */
  private static final InetSocketAddress OUTSIDE = new InetSocketAddress("192.0.2.1", 9);

  /** This machine, by its configuration; what is absent is detected. Reads from the kernel. */
  public static Machine of(HostConfig config, boolean seed) {
    String hostname = config.hostname().orElseGet(Machine::detectHostname);
    String ip = config.ip().orElseGet(Machine::detectIp);
    return new Machine(
        HostId.of(ip, hostname, seed),
        seed ? HostType.SUPER_SEED : HostType.NORMAL,
        hostname,
        ip,
        config.idc(),
        config.location(),
        config.schedulerClusterId());
  }

  /** How it asks the manager for schedulers. */
  public Requester requester() {
    return new Requester(hostname, ip, type.isSeed(), idc, location, schedulerClusterId);
  }

  private static String detectHostname() {
    try {
      String name = Files.readString(KERNEL_HOSTNAME).strip();
      if (!name.isEmpty()) {
        return name;
      }
    } catch (IOException e) {
      LOG.debug("kernel tells no host name reason={}", e.toString());
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** The source address of the default route, else that of an interface, else loopback. */
  private static String detectIp() {
    return ofDefaultRoute().or(Machine::ofInterface).orElse(LOOPBACK);
  }

  private static Optional<String> ofDefaultRoute() {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(OUTSIDE);
      InetAddress local = socket.getLocalAddress();
      boolean usable = !local.isAnyLocalAddress() && !local.isLoopbackAddress();
      return usable ? Optional.of(literal(local)) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // no route: connect of a datagram socket reports it unchecked too
    }
  }

  private static Optional<String> ofInterface() {
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      return interfaces
          .filter(Machine::isUp)
          .flatMap(NetworkInterface::inetAddresses)
          .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
          .min(Comparator.comparing(a -> !(a instanceof Inet4Address)))
          .map(Machine::literal);
    } catch (SocketException e) {
      return Optional.empty();
    }
  }

  private static boolean isUp(NetworkInterface one) {
    try {
      return one.isUp() && !one.isLoopback();
    } catch (SocketException e) {
      return false;
    }
  }

  /** Without the zone of an IPv6 address. */
  private static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
