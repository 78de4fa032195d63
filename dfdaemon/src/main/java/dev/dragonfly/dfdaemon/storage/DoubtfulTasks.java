package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tasks that may have lost bytes with the power and were not all compared yet. Safe for any
 * thread.
 */
final class DoubtfulTasks {
  private static final Logger LOG = LoggerFactory.getLogger(DoubtfulTasks.class);
  private static final long MAX_WAIT_SECONDS = 5;

  private final Map<TaskId, TaskComparison> comparisons = new ConcurrentHashMap<>();

  void add(TaskComparison doubt) {
    comparisons.put(doubt.task().id(), doubt);
  }

  int count() {
    return comparisons.size();
  }

  /** Begins to compare one task after the other, so that the first are of use soon. */
  void compareNext() {
    comparisons.values().stream()
        .findFirst()
        .ifPresent(next ->
            next.run()
                .whenComplete((done, failure) -> {
                  comparisons.remove(next.task().id(), next);
                  compareNext();
                }));
  }

  /** Who asks for a task after a power loss waits a little, rather than to fetch what is here. */
  void await(TaskId id) {
    TaskComparison doubt = comparisons.get(id);
    if (doubt == null) {
      return;
    }
    try {
      doubt.run().get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      LOG.debug("still comparing task={}", id);
    }
  }
}
