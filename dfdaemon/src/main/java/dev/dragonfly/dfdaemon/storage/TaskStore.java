package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Optional;

/**
 * All tasks on the local disk. Safe for any thread; methods that touch the disk block the caller
 * and do their I/O on the disk executor, so call them from virtual threads, never from an event
 * loop.
 */
public interface TaskStore extends AutoCloseable {
  /**
   * The stored task with this id, created empty when there is none. The same object is returned to
   * all callers.
   *
   * @param spec identity of the task; its request headers are not kept
   */
  StoredTask open(TaskId id, TaskSpec spec);

  /** The stored task, if there is one. Does not touch the disk. */
  Optional<StoredTask> find(TaskId id);

  /** A snapshot of all stored tasks. */
  List<StoredTask> all();

  /** Removes the content and the record; waits for nobody: readers get NOT_FOUND. */
  void delete(TaskId id);

  @Override
  void close();
}
