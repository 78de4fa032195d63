package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.net.Cidr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out which schedulers there are. Blocks up to a bound, on a virtual thread. */
@FunctionalInterface
interface SchedulerLookup {
  /**
   * What was found.
   *
   * @param use schedulers to speak with; empty when there is nothing better than what is known
   * @param listed where schedulers are that may trigger this host, those not spoken with included
   */
  record Found(List<InetSocketAddress> use, Set<InetAddress> listed) {
    static Found of(List<InetSocketAddress> use, Collection<InetSocketAddress> listed) {
      return new Found(
          use,
          listed.stream()
              .map(scheduler -> Cidr.unmapped(scheduler.getAddress()))
              .collect(Collectors.toUnmodifiableSet()));
    }
  }

  /**
   * The schedulers as they are now.
   *
   * @param known what is known already; empty at first
   * @throws dev.dragonfly.common.error.DragonflyException when it could not be found out
   */
  Found look(List<InetSocketAddress> known);
}
