package dev.dragonfly.manager.searcher;

import dev.dragonfly.manager.cluster.SeedPeerCluster;
import dev.dragonfly.manager.instance.SchedulerRow;
import dev.dragonfly.manager.instance.SeedPeerRow;
import java.util.List;

/**
 * A seed peer, where it belongs and whom it serves.
 *
 * @param schedulers the active ones of the clusters it serves; empty where nobody asked
 */
public record PlacedSeedPeer(
    SeedPeerRow seedPeer, SeedPeerCluster cluster, List<SchedulerRow> schedulers) {
  public PlacedSeedPeer {
    schedulers = List.copyOf(schedulers);
  }
}
