package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.net.Cidr;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which of the hosts of a scope: these addresses; else so many; else this share; else all.
 *
 * @param ips addresses of hosts
 * @param count at most so many
 * @param percentage this share, rounded down, but at least one host
 */
public record HostFilter(List<String> ips, OptionalInt count, OptionalInt percentage) {
  /** Every host of the scope. */
  public static final HostFilter ALL =
      new HostFilter(List.of(), OptionalInt.empty(), OptionalInt.empty());

  private static final int WHOLE = 100;

  public HostFilter {
    ips = List.copyOf(ips);
    if (count.isPresent() && count.getAsInt() < 1) {
      throw new IllegalArgumentException("count must be 1 or more, got " + count.getAsInt());
    }
    if (percentage.isPresent() && (percentage.getAsInt() < 1 || percentage.getAsInt() > WHOLE)) {
      throw new IllegalArgumentException(
          "percentage must be 1 to 100, got " + percentage.getAsInt());
    }
  }

  /**
   * Chooses.
   *
   * @param hosts in the order in which they are drawn
   */
  List<Host> of(List<Host> hosts) {
    if (!ips.isEmpty()) {
      Set<Optional<InetAddress>> wanted =
          ips.stream().map(Cidr::address).collect(Collectors.toSet());
      return hosts.stream().filter(host -> wanted.contains(Cidr.address(host.ip()))).toList();
    }
    if (count.isPresent()) {
      return hosts.subList(0, Math.min(count.getAsInt(), hosts.size()));
    }
    if (percentage.isPresent() && !hosts.isEmpty()) {
      long share = (long) hosts.size() * percentage.getAsInt() / WHOLE;
      return hosts.subList(0, (int) Math.max(1, share));
    }
    return hosts;
  }
}
