package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.HostAndPort;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Resolves configured addresses. A name may stand for several schedulers (a headless service); of a
 * name with addresses of both families only the IPv4 ones are used, as all daemons must agree.
 */
final class ConfiguredLookup implements SchedulerLookup {

  private final List<HostAndPort> configured;

  ConfiguredLookup(List<String> addresses) {
    configured = addresses.stream().map(HostAndPort::parse).toList();
  }

  @Override
  public List<InetSocketAddress> look(List<InetSocketAddress> known) {
    List<InetSocketAddress> found = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (HostAndPort address : configured) {
      try {
        found.addAll(resolve(address));
      } catch (UnknownHostException e) {
        unknown.add(address.host());
      }
    }
    if (found.isEmpty() && !unknown.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "resolved the configured schedulers " + unknown + ", got no address; tried again later");
    }
    return found;
  }

  private static List<InetSocketAddress> resolve(HostAndPort address) throws UnknownHostException {
    InetAddress[] all = InetAddress.getAllByName(address.host());
    boolean ipv4 = Arrays.stream(all).anyMatch(Inet4Address.class::isInstance);
    return Arrays.stream(all)
        .filter(one -> !ipv4 || one instanceof Inet4Address)
        .map(one -> new InetSocketAddress(one, address.port()))
        .toList();
  }
}
