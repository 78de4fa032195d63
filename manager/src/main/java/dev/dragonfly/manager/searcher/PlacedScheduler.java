package dev.dragonfly.manager.searcher;

import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.instance.SchedulerRow;
import java.util.List;

/**
 * A scheduler, where it belongs and who seeds for it.
 *
 * @param seedPeers the active ones of its cluster
 */
public record PlacedScheduler(
    SchedulerRow scheduler, SchedulerCluster cluster, List<PlacedSeedPeer> seedPeers) {
  public PlacedScheduler {
    seedPeers = List.copyOf(seedPeers);
  }
}
