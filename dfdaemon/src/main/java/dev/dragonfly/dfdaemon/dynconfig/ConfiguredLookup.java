package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.dfdaemon.net.HostNames;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Resolves configured addresses. A name may stand for several schedulers (a headless service); of a
 * name with addresses of both families only the IPv4 ones are used, as all daemons must agree.
 */
final class ConfiguredLookup implements SchedulerLookup {
  private final List<HostAndPort> configured;
  private final HostNames names;

  ConfiguredLookup(List<String> addresses, HostNames names) {
    this.names = names;
    this.configured = addresses.stream().map(HostAndPort::parse).toList();
  }

  @Override
  public Found look(List<InetSocketAddress> known) {
    List<InetSocketAddress> found = new ArrayList<>();
    List<InetSocketAddress> all = new ArrayList<>();
    List<String> unknown = new ArrayList<>();
    for (HostAndPort address : configured) {
      try {
        List<InetSocketAddress> resolved = resolve(address);
        all.addAll(resolved);
        found.addAll(preferred(resolved));
      } catch (DragonflyException e) {
        unknown.add(String.valueOf(e.getMessage()));
      }
    }
    if (found.isEmpty() && !unknown.isEmpty()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "found no configured scheduler: " + String.join("; ", unknown) + "; tried again later");
    }
    return Found.of(found, all);
  }

  private List<InetSocketAddress> resolve(HostAndPort address) {
    return names.addresses(address.host()).stream()
        .map(one -> new InetSocketAddress(one, address.port()))
        .toList();
  }

  private static List<InetSocketAddress> preferred(List<InetSocketAddress> all) {
    List<InetSocketAddress> ipv4 =
        all.stream().filter(one -> one.getAddress() instanceof Inet4Address).toList();
    return ipv4.isEmpty() ? all : ipv4;
  }
}
