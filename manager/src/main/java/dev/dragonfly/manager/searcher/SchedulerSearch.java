package dev.dragonfly.manager.searcher;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** The schedulers a daemon may use, those of the cluster that suits it best first. */
@Component
public final class SchedulerSearch {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerSearch.class);

  private final TopologyCache topology;
  private final ClusterSearcher searcher = new ClusterSearcher();
  private final Counter searches;
  private final Counter failures;

  /**
   * What a search gave.
   *
   * @param topology in which was searched
   * @param schedulers best first
   */
  public record Found(TopologySnapshot topology, List<PlacedScheduler> schedulers) {}

  SchedulerSearch(TopologyCache topology, MeterRegistry metrics) {
    this.topology = topology;
    this.searches = metrics.counter("dragonfly_manager_search");
    this.failures = metrics.counter("dragonfly_manager_search_failure");
  }

  /**
   * Active schedulers that take peers, best cluster first. When there are none, all active
   * schedulers, whatever they are willing to do; that may be none.
   */
  public Found find(Daemon daemon) {
    searches.increment();
    TopologySnapshot now = topology.now();
    if (now.candidates().isEmpty()) {
      failures.increment();
      LOG.warn(
          "no scheduler cluster suits host={} ip={} idc={} location={}; offering all active schedulers count={}",
          daemon.hostname(),
          daemon.ip(),
          daemon.idc(),
          daemon.location(),
          now.active().size());
      return new Found(now, now.active());
    }
    return new Found(
        now,
        searcher.rank(now.candidates(), daemon).stream()
            .flatMap(cluster -> now.willing(cluster).stream())
            .toList());
  }

  /**
   * All schedulers of a cluster, in whatever state, without seed peers.
   *
   * @throws dev.dragonfly.common.error.DragonflyException NOT_FOUND when there is no such cluster
   */
  public List<PlacedScheduler> of(long clusterId) {
    return topology.now().of(clusterId);
  }
}
