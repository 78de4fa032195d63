package dev.dragonfly.manager.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.manager.cluster.SchedulerCluster;
import dev.dragonfly.manager.cluster.SchedulerClusterStore;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.SchedulerChoice;
import dev.dragonfly.manager.dispatch.SchedulerGroup;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Which schedulers do a job: those that are alive now. Blocks on the database and, for tasks, on
 * schedulers.
 */
@Component
final class JobSchedulers {
  private final SchedulerChoice choice;
  private final SchedulerClusterStore clusters;

  JobSchedulers(SchedulerChoice choice, SchedulerClusterStore clusters) {
    this.choice = choice;
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
    return all(choice.forHosts(List.of(clusterId)));
  }

  /** Those of a cluster that preheat. */
  List<SchedulerAddress> preheating(long clusterId) {
    return all(choice.forPreheat(List.of(clusterId)));
  }

  /** Those that have to be asked for a task in a cluster, so that all hosts are. */
  List<SchedulerAddress> forTasks(long clusterId) {
    return choice.forTasks(List.of(clusterId)).stream()
        .map(group -> group.schedulers().getFirst())
        .toList();
  }

  /** Who does a part about a task: its scheduler, or those that stand in for it now. */
  SchedulerGroup group(JobPart part) {
    return choice.forTasks(List.of(part.clusterId())).stream()
        .filter(group -> group.schedulers().contains(part.scheduler()))
        .findFirst()
        .orElseGet(() -> new SchedulerGroup(part.clusterId(), List.of(part.scheduler())));
  }

  private static List<SchedulerAddress> all(List<SchedulerGroup> groups) {
    return groups.stream().flatMap(group -> group.schedulers().stream()).toList();
  }
}
