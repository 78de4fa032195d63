package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.instance.SchedulerRow;
import dev.dragonfly.manager.instance.SchedulerStore;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Which schedulers do a job: those that are alive now. Blocks on the database. */
@Component
final class JobSchedulers {
  private final SchedulerStore schedulers;
  private final SchedulerClusterStore clusters;

  JobSchedulers(SchedulerStore schedulers, SchedulerClusterStore clusters) {
    this.schedulers = schedulers;
    this.clusters = clusters;
  }

  /**
   * The clusters with these numbers; all for none.
   *
   * @throws DragonflyException NOT_FOUND for a number without a cluster
   */
  List<SchedulerCluster> clusters(Collection<Long> ids) {
    if (ids.isEmpty()) {
      return clusters.findAllByOrderById();
    }
    List<SchedulerCluster> found = clusters.findAllById(ids);
    Set<Long> known = found.stream().map(SchedulerCluster::id).collect(Collectors.toSet());
    for (long id : ids) {
      if (!known.contains(id)) {
        throw new DragonflyException(
            ErrorCode.NOT_FOUND, "scheduler cluster id " + id + ": record not found");
      }
    }
    return found;
  }

  /** All that are alive in a cluster. */
  List<SchedulerAddress> active(long clusterId) {
    return alive(clusterId).stream().map(JobSchedulers::address).toList();
  }

  /** Those of a cluster that preheat. */
  List<SchedulerAddress> preheating(long clusterId) {
    return alive(clusterId).stream()
        .filter(scheduler -> scheduler.features().contains(SchedulerRow.PREHEAT))
        .map(JobSchedulers::address)
        .toList();
  }

  private List<SchedulerRow> alive(long clusterId) {
    return schedulers.active().stream()
        .filter(scheduler -> scheduler.schedulerClusterId() == clusterId)
        .toList();
  }

  private static SchedulerAddress address(SchedulerRow row) {
    return new SchedulerAddress(row.schedulerClusterId(), row.hostName(), row.ip(), row.port());
  }
}
