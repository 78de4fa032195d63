package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.HostId;
import java.util.List;

/**
 * What a download may expect of the neighbours of its task. Guarded by the monitor of the {@link
 * TaskSwarm}.
 */
final class Prospects {
  private final TaskSwarm swarm;
  private final BlockChoice choice;
  private final Landing landing;

  Prospects(TaskSwarm swarm, BlockChoice choice, Landing landing) {
    this.swarm = swarm;
    this.choice = choice;
    this.landing = landing;
  }

  /** What may still come from here. */
  Hope hope() {
    synchronized (swarm) {
      Hope hope = landing.isBusy() ? Hope.DELIVERING : Hope.NONE;
      for (LinkedNeighbour neighbour : swarm.neighbours()) {
        hope = hope.or(of(neighbour));
      }
      return hope;
    }
  }

  /** What may come from one; with the lock held. */
  Hope of(LinkedNeighbour from) {
    if (!from.dropped && (!from.asked.isEmpty() || choice.useful(from) > 0)) {
      // Busy until it has delivered: that it is asked again means nothing yet.
      return from.saidBusy ? Hope.BUSY : Hope.DELIVERING;
    }
    return from.mayGrow() ? Hope.GROWING : Hope.NONE;
  }

  /** Hosts of which nothing can be verified: nobody vouches for whoever signed what they have. */
  List<HostId> strangers() {
    synchronized (swarm) {
      return swarm.neighbours().stream()
          .filter(neighbour -> neighbour.isUnverifiable() && choice.useful(neighbour) == 0)
          .map(neighbour -> neighbour.host)
          .toList();
    }
  }

  /** Hosts that speak of the task and can be asked. */
  List<HostId> hosts() {
    synchronized (swarm) {
      return swarm.neighbours().stream()
          .filter(neighbour -> !neighbour.dropped)
          .map(neighbour -> neighbour.host)
          .toList();
    }
  }
}
