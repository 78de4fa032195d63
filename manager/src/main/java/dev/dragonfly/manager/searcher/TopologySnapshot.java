package dev.dragonfly.manager.searcher;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.instance.InstanceState;
import dev.dragonfly.manager.instance.SchedulerRow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Who was where at one moment, ready to be searched. Immutable; any thread. */
public final class TopologySnapshot {
  private final Map<Long, SchedulerCluster> clusters;
  private final Map<Long, List<PlacedScheduler>> all;
  private final List<PlacedScheduler> active;
  private final Map<Long, List<PlacedScheduler>> willing;
  private final List<Candidate> candidates;

  /**
   * @param clusters all scheduler clusters, by number
   * @param schedulers all schedulers, by number, in whatever state
   * @param seeds active seed peers by the scheduler cluster that they serve
   */
  TopologySnapshot(
      Collection<SchedulerCluster> clusters,
      Collection<SchedulerRow> schedulers,
      Map<Long, List<PlacedSeedPeer>> seeds) {
    this.clusters =
        clusters.stream().collect(Collectors.toMap(SchedulerCluster::id, Function.identity()));
    List<PlacedScheduler> placed =
        schedulers.stream()
            .flatMap(row ->
                Stream.ofNullable(this.clusters.get(row.schedulerClusterId()))
                    .map(cluster ->
                        new PlacedScheduler(
                            row, cluster, seeds.getOrDefault(cluster.id(), List.of()))))
            .toList();
    this.all = byCluster(placed);
    this.active = placed.stream().filter(TopologySnapshot::isActive).toList();
    this.willing =
        byCluster(
            active.stream()
                .filter(one -> one.scheduler().features().contains(SchedulerRow.SCHEDULE))
                .toList());
    this.candidates =
        clusters.stream()
            .filter(cluster -> willing.containsKey(cluster.id()))
            .map(cluster ->
                new Candidate(
                    cluster.id(), cluster.isDefault(), ScopesReader.read(cluster.scopes())))
            .toList();
  }

  /** Active schedulers, whatever they are willing to do. */
  List<PlacedScheduler> active() {
    return active;
  }

  /** Clusters with an active scheduler that takes peers. */
  List<Candidate> candidates() {
    return candidates;
  }

  /** The active schedulers of a cluster that take peers. */
  List<PlacedScheduler> willing(Candidate cluster) {
    return willing.getOrDefault(cluster.clusterId(), List.of());
  }

  /**
   * All schedulers of a cluster, in whatever state, without seed peers.
   *
   * @throws DragonflyException NOT_FOUND when there is no such cluster
   */
  List<PlacedScheduler> of(long clusterId) {
    if (!clusters.containsKey(clusterId)) {
      throw new DragonflyException(
          ErrorCode.NOT_FOUND,
          "tried to read scheduler cluster id=" + clusterId + ", got no such cluster");
    }
    return all.getOrDefault(clusterId, List.of()).stream()
        .map(one -> new PlacedScheduler(one.scheduler(), one.cluster(), List.of()))
        .toList();
  }

  private static boolean isActive(PlacedScheduler placed) {
    return placed.scheduler().state() == InstanceState.ACTIVE;
  }

  private static Map<Long, List<PlacedScheduler>> byCluster(List<PlacedScheduler> placed) {
    return placed.stream().collect(Collectors.groupingBy(one -> one.cluster().id()));
  }
}
