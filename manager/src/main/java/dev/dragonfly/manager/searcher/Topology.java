package dev.dragonfly.manager.searcher;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.cluster.ClusterLink;
import dev.dragonfly.manager.cluster.ClusterLinkStore;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.cluster.SeedPeerCluster;
import dev.dragonfly.manager.cluster.SeedPeerClusterStore;
import dev.dragonfly.manager.instance.InstanceState;
import dev.dragonfly.manager.instance.SchedulerRow;
import dev.dragonfly.manager.instance.SchedulerStore;
import dev.dragonfly.manager.instance.SeedPeerRow;
import dev.dragonfly.manager.instance.SeedPeerStore;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Where one instance belongs and who is beside it, read from the database at each call. Blocks:
 * call from a virtual thread.
 */
@Component
public final class Topology {
  private final SchedulerClusterStore schedulerClusters;
  private final SeedPeerClusterStore seedPeerClusters;
  private final ClusterLinkStore links;
  private final SchedulerStore schedulers;
  private final SeedPeerStore seedPeers;

  Topology(
      SchedulerClusterStore schedulerClusters,
      SeedPeerClusterStore seedPeerClusters,
      ClusterLinkStore links,
      SchedulerStore schedulers,
      SeedPeerStore seedPeers) {
    this.schedulerClusters = schedulerClusters;
    this.seedPeerClusters = seedPeerClusters;
    this.links = links;
    this.schedulers = schedulers;
    this.seedPeers = seedPeers;
  }

  /** The scheduler of this name in this cluster, in whatever state. */
  public Optional<PlacedScheduler> scheduler(String hostName, long clusterId) {
    return schedulers
        .find(hostName, clusterId)
        .map(row -> new PlacedScheduler(row, cluster(clusterId), seedPeersFor(clusterId)));
  }

  /** The seed peer of this name in this cluster, in whatever state, and whom it serves. */
  public Optional<PlacedSeedPeer> seedPeer(String hostName, long clusterId) {
    return seedPeers.find(hostName, clusterId).map(this::place);
  }

  /**
   * The active seed peers of the cluster in which the caller is a seed peer itself.
   *
   * @throws DragonflyException NOT_FOUND when the caller is no seed peer
   */
  public List<SeedPeerRow> seedPeersBeside(String hostName, String ip) {
    SeedPeerRow self =
        seedPeers
            .find(hostName, ip)
            .orElseThrow(() ->
                new DragonflyException(
                    ErrorCode.NOT_FOUND,
                    "tried to list the seed peers beside host=%s ip=%s, got no seed peer with this name and address (expected a registered one); register with UpdateSeedPeer first"
                        .formatted(hostName, ip)));
    return seedPeers.activeInClusters(List.of(self.seedPeerClusterId()));
  }

  private PlacedSeedPeer place(SeedPeerRow row) {
    long clusterId = row.seedPeerClusterId();
    SeedPeerCluster cluster =
        seedPeerClusters.findById(clusterId).orElseThrow(() -> noCluster("seed peer", clusterId));
    List<Long> served =
        links.findBySeedPeerClusterIdOrderBySchedulerClusterId(clusterId).stream()
            .map(ClusterLink::schedulerClusterId)
            .toList();
    List<SchedulerRow> active =
        schedulers.inClusters(served).stream()
            .filter(scheduler -> scheduler.state() == InstanceState.ACTIVE)
            .toList();
    return new PlacedSeedPeer(row, cluster, active);
  }

  private List<PlacedSeedPeer> seedPeersFor(long schedulerClusterId) {
    return links.serving(List.of(schedulerClusterId)).stream()
        .map(ClusterLinkStore.Serving::seeds)
        .flatMap(cluster ->
            seedPeers.activeInClusters(List.of(cluster.id())).stream()
                .map(row -> new PlacedSeedPeer(row, cluster, List.of())))
        .toList();
  }

  private SchedulerCluster cluster(long id) {
    return schedulerClusters.findById(id).orElseThrow(() -> noCluster("scheduler", id));
  }

  private static DragonflyException noCluster(String kind, long id) {
    return new DragonflyException(
        ErrorCode.NOT_FOUND,
        "tried to read " + kind + " cluster id=" + id + ", got no such cluster");
  }
}
