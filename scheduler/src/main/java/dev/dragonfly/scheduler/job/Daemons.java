package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import java.time.Instant;
import java.util.Optional;

/**
 * What the daemons of hosts are asked about their tasks. Calls block for a bounded time and throw
 * {@link dev.dragonfly.common.error.DragonflyException} with what the host answered.
 */
public interface Daemons {
  /**
   * A task on a host.
   *
   * @param finished whether the host has the whole
   */
  record Copy(boolean finished, Instant createdAt, Instant updatedAt) {}

  /** What the host has of the task; absent when it has nothing. */
  Optional<Copy> stat(Host host, TaskId task);

  /** Has the host delete the task; one that it has not is deleted. */
  void delete(Host host, TaskId task);
}
