package dev.dragonfly.dfdaemon.dynconfig;

import java.net.InetSocketAddress;
import java.util.List;

/** Finds out which schedulers there are. Blocks up to a bound, on a virtual thread. */
@FunctionalInterface
interface SchedulerLookup {
  /**
   * The schedulers as they are now; empty when there is nothing better than what is known.
   *
   * @param known what is known already; empty at first
   * @throws dev.dragonfly.common.error.DragonflyException when it could not be found out
   */
  List<InetSocketAddress> look(List<InetSocketAddress> known);
}
