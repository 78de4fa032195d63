package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.manager.instance.InstanceState;
import dev.dragonfly.manager.instance.SchedulerRow;
import dev.dragonfly.manager.instance.SchedulerStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Which schedulers a job goes to. Every method takes the clusters that the job names, or nothing
 * for all clusters, and gives groups: <em>each group</em> has to be asked once, with {@link
 * SchedulerGroup#ask}, and the answers of all groups together are the answer to the job. A cluster
 * in which nobody is active gives no group; no group at all means that nobody can do the job.
 * Blocks on the database: call from a virtual thread.
 *
 * <pre>{@code
 * for (SchedulerGroup group : choice.forTasks(clusterIds)) {
 *   List<TaskHolder> holders =
 *       group.ask(scheduler -> jobs.findTask(scheduler, taskId, 500, timeout));
 * }
 * }</pre>
 */
@Component("schedulerGroups")
public final class SchedulerChoice {
  private final SchedulerStore store;
  private final OurSchedulers ours;

  SchedulerChoice(SchedulerStore store, OurSchedulers ours) {
    this.store = store;
    this.ours = ours;
  }

  /** For preheats: one group per cluster, of those that are willing to preheat. */
  public List<SchedulerGroup> forPreheat(Collection<Long> clusterIds) {
    return byCluster(clusterIds, true);
  }

  /** For the list of hosts: one group per cluster. */
  public List<SchedulerGroup> forHosts(Collection<Long> clusterIds) {
    return byCluster(clusterIds, false);
  }

  /**
   * For looking for a task and for deleting it. Schedulers of ours see all of their cluster, so one
   * of them is enough: they are one group. A scheduler of upstream knows only its own peers, so
   * each is a group of its own. Asks the schedulers what they are.
   */
  public List<SchedulerGroup> forTasks(Collection<Long> clusterIds) {
    List<SchedulerGroup> groups = new ArrayList<>();
    for (SchedulerGroup cluster : byCluster(clusterIds, false)) {
      groups.addAll(byKind(cluster));
    }
    return groups;
  }

  /** Whether the scheduler is heard of; a job must not wait for one that is not. */
  public boolean isActive(SchedulerAddress scheduler) {
    return store.inClusters(List.of(scheduler.clusterId())).stream()
        .filter(row -> row.state() == InstanceState.ACTIVE)
        .anyMatch(row -> address(row).equals(scheduler));
  }

  private List<SchedulerGroup> byCluster(Collection<Long> clusterIds, boolean preheat) {
    Map<Long, List<SchedulerAddress>> clusters = new LinkedHashMap<>();
    clusterIds.forEach(id -> clusters.put(id, new ArrayList<>()));
    for (SchedulerRow row : store.active()) {
      boolean asked = clusterIds.isEmpty() || clusters.containsKey(row.schedulerClusterId());
      if (asked && (!preheat || row.features().contains(SchedulerRow.PREHEAT))) {
        clusters
            .computeIfAbsent(row.schedulerClusterId(), id -> new ArrayList<>())
            .add(address(row));
      }
    }
    clusters.values().removeIf(List::isEmpty);
    return clusters.entrySet().stream()
        .map(cluster -> new SchedulerGroup(cluster.getKey(), cluster.getValue()))
        .toList();
  }

  private List<SchedulerGroup> byKind(SchedulerGroup cluster) {
    List<SchedulerAddress> sharing = new ArrayList<>();
    List<SchedulerAddress> silent = new ArrayList<>();
    List<SchedulerGroup> groups = new ArrayList<>();
    for (SchedulerAddress scheduler : cluster.schedulers()) {
      try {
        if (ours.isOurs(scheduler)) {
          sharing.add(scheduler);
        } else {
          groups.add(new SchedulerGroup(cluster.clusterId(), List.of(scheduler)));
        }
      } catch (DragonflyException e) {
        silent.add(scheduler);
      }
    }
    // Who does not say what it is stands in where one of ours answers; alone, its failure has to be
    // seen by whoever made the job.
    if (sharing.isEmpty()) {
      silent.forEach(one -> groups.add(new SchedulerGroup(cluster.clusterId(), List.of(one))));
    } else {
      sharing.addAll(silent);
      groups.addFirst(new SchedulerGroup(cluster.clusterId(), sharing));
    }
    return groups;
  }

  private static SchedulerAddress address(SchedulerRow row) {
    return new SchedulerAddress(row.schedulerClusterId(), row.hostName(), row.ip(), row.port());
  }
}
