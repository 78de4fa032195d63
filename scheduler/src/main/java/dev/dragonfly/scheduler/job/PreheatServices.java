package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.TaskStore;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * What preheats need.
 *
 * @param hosts the hosts; as seeds those that are believed
 * @param tasks what is known of contents
 * @param headersToPeers whether ordinary hosts too are given what opens the source
 * @param longestDownload time for one content on one host
 * @param executor makes a virtual thread for each work
 */
public record PreheatServices(
    HostDirectory hosts,
    TaskStore tasks,
    boolean headersToPeers,
    Duration longestDownload,
    Time time,
    Timers timers,
    Executor executor) {
  private static final SampleSize FEW = new SampleSize(1, 1, 1);

  /** Whether the host is given what opens the source: anybody can announce an ordinary host. */
  boolean trusts(Host host) {
    return headersToPeers || host.type().isSeed();
  }

  TaskId taskOf(TaskSpec content) {
    return TaskIdCalculator.taskId(content);
  }

  /** Bytes of the content as the graph knows it; 0 when it does not. */
  long length(TaskSpec content) {
    try {
      return tasks
          .look(taskOf(content), FEW)
          .task()
          .map(task -> task.facts().contentLength().orElse(0))
          .orElse(0L);
    } catch (DragonflyException e) {
      return 0;
    }
  }
}
