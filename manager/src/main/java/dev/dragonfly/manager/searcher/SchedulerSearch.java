package dev.dragonfly.manager.searcher;

import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.instance.SchedulerRow;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The schedulers a daemon may use, those of the cluster that suits it best first. */
@Component
public final class SchedulerSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerSearch.class);

  private final Topology topology;
  private final ClusterSearcher searcher = new ClusterSearcher();
  private final Counter searches;
  private final Counter failures;

  SchedulerSearch(Topology topology, MeterRegistry metrics) {
    this.topology = topology;
    this.searches = metrics.counter("dragonfly_manager_search");
    this.failures = metrics.counter("dragonfly_manager_search_failure");
  }

  /**
   * Active schedulers that take peers, best cluster first. When there are none, all active
   * schedulers, whatever they are willing to do; that may be none.
   */
  public List<PlacedScheduler> find(Daemon daemon) {
    searches.increment();
    List<SchedulerCluster> clusters = topology.clusters();
    List<SchedulerRow> active = topology.activeSchedulers();
    List<SchedulerRow> willing =
        active.stream()
            .filter(scheduler -> scheduler.features().contains(SchedulerRow.SCHEDULE))
            .toList();
    if (willing.isEmpty()) {
      failures.increment();
      LOG.warn(
          "no scheduler cluster suits host={} ip={} idc={} location={}; offering all active schedulers count={}",
          daemon.hostname(),
          daemon.ip(),
          daemon.idc(),
          daemon.location(),
          active.size());
      return topology.place(active, clusters);
    }
    return topology.place(inOrder(clusters, willing, daemon), clusters);
  }

  private List<SchedulerRow> inOrder(
      List<SchedulerCluster> clusters, List<SchedulerRow> willing, Daemon daemon) {
    Map<Long, List<SchedulerRow>> byCluster =
        willing.stream().collect(Collectors.groupingBy(SchedulerRow::schedulerClusterId));
    List<Candidate> candidates =
        clusters.stream()
            .filter(cluster -> byCluster.containsKey(cluster.id()))
            .map(cluster ->
                new Candidate(
                    cluster.id(), cluster.isDefault(), ScopesReader.read(cluster.scopes())))
            .toList();
    return searcher.rank(candidates, daemon).stream()
        .flatMap(candidate -> byCluster.getOrDefault(candidate.clusterId(), List.of()).stream())
        .toList();
  }
}
