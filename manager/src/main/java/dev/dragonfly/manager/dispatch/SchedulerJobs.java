package dev.dragonfly.manager.dispatch;

import dev.dragonfly.common.error.DragonflyException;
import java.time.Duration;
import java.util.List;

/**
 * What a scheduler does for a job. All methods block until the work has ended, at most for their
 * timeout: call from a virtual thread; an interrupt ends them with CANCELLED. Every method throws
 * {@link DragonflyException} whose text is shown to whoever made the job; UNAVAILABLE and
 * DEADLINE_EXCEEDED mean that another scheduler of the cluster may be tried.
 */
public interface SchedulerJobs {
  /**
   * Has hosts fetch contents.
   *
   * @param listener hears the plan first, then every outcome once
   */
  void preheat(SchedulerAddress scheduler, PreheatOrder order, PreheatListener listener);

  /**
   * The hosts that hold a task.
   *
   * @param concurrentPeerCount hosts asked at once, 1 to 1000
   */
  List<TaskHolder> findTask(
      SchedulerAddress scheduler, String taskId, int concurrentPeerCount, Duration timeout);

  /** Has every host that holds the task delete it. */
  List<TaskDeletion> deleteTask(SchedulerAddress scheduler, String taskId, Duration timeout);

  /** All hosts of the cluster. */
  List<KnownHost> hosts(SchedulerAddress scheduler, Duration timeout);
}
