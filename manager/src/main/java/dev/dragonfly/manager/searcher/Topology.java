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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Who is where, read from the database at each call: nobody is ever told about yesterday. Blocks:
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

  /** All scheduler clusters, by number. */
  public List<SchedulerCluster> clusters() {
    return schedulerClusters.findAllByOrderById();
  }

  /** All active schedulers, by number. */
  public List<SchedulerRow> activeSchedulers() {
    return schedulers.active();
  }

  /** The scheduler of this name in this cluster, in whatever state. */
  public Optional<PlacedScheduler> scheduler(String hostName, long clusterId) {
    return schedulers
        .find(hostName, clusterId)
        .map(row -> place(List.of(row), List.of(cluster(clusterId))).getFirst());
  }

  /**
   * All schedulers of a cluster, in whatever state, without seed peers.
   *
   * @throws DragonflyException NOT_FOUND when there is no such cluster
   */
  public List<PlacedScheduler> schedulersOf(long clusterId) {
    SchedulerCluster cluster = cluster(clusterId);
    return schedulers.inClusters(List.of(clusterId)).stream()
        .map(row -> new PlacedScheduler(row, cluster, List.of()))
        .toList();
  }

  /** Schedulers with their clusters and active seed peers, in the order given. */
  public List<PlacedScheduler> place(
      List<SchedulerRow> rows, Collection<SchedulerCluster> clusters) {
    Map<Long, SchedulerCluster> byId = byId(clusters, SchedulerCluster::id);
    Map<Long, List<PlacedSeedPeer>> seeds = seedPeersFor(byId.keySet());
    return rows.stream()
        .flatMap(row ->
            Stream.ofNullable(byId.get(row.schedulerClusterId()))
                .map(cluster ->
                    new PlacedScheduler(row, cluster, seeds.getOrDefault(cluster.id(), List.of()))))
        .toList();
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

  private Map<Long, List<PlacedSeedPeer>> seedPeersFor(Collection<Long> schedulerClusterIds) {
    List<ClusterLink> linked = links.findAllById(schedulerClusterIds);
    List<Long> ids = linked.stream().map(ClusterLink::seedPeerClusterId).distinct().toList();
    Map<Long, SeedPeerCluster> clusters =
        byId(seedPeerClusters.findAllById(ids), SeedPeerCluster::id);
    Map<Long, List<PlacedSeedPeer>> byCluster =
        seedPeers.activeInClusters(ids).stream()
            .flatMap(row ->
                Stream.ofNullable(clusters.get(row.seedPeerClusterId()))
                    .map(cluster -> new PlacedSeedPeer(row, cluster, List.of())))
            .collect(Collectors.groupingBy(placed -> placed.seedPeer().seedPeerClusterId()));
    Map<Long, List<PlacedSeedPeer>> bySchedulerCluster = new HashMap<>();
    for (ClusterLink link : linked) {
      bySchedulerCluster.put(
          link.schedulerClusterId(), byCluster.getOrDefault(link.seedPeerClusterId(), List.of()));
    }
    return bySchedulerCluster;
  }

  private SchedulerCluster cluster(long id) {
    return schedulerClusters.findById(id).orElseThrow(() -> noCluster("scheduler", id));
  }

  private static DragonflyException noCluster(String kind, long id) {
    return new DragonflyException(
        ErrorCode.NOT_FOUND,
        "tried to read " + kind + " cluster id=" + id + ", got no such cluster");
  }

  private static <T> Map<Long, T> byId(Collection<T> values, Function<T, Long> id) {
    return values.stream().collect(Collectors.toMap(id, Function.identity()));
  }
}
