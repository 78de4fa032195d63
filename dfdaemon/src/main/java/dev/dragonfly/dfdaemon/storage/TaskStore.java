package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * All tasks on the local disk. Safe for any thread; methods that touch the disk block the caller
 * and do their I/O on the disk executor, so call them from virtual threads, never from an event
 * loop.
 */
public interface TaskStore extends AutoCloseable {
  /**
   * The stored task with this id, created empty when there is none. The same object is returned to
   * all callers. An empty task has no files: they are made when something becomes known of it.
   *
   * @param spec identity of the task; its request headers are not kept
   */
  StoredTask open(TaskId id, TaskSpec spec);

  /** The stored task, if there is one. Does not touch the disk. */
  Optional<StoredTask> find(TaskId id);

  /**
   * Calls the listener, as long as the store lives, with every task that {@link #find} finds from
   * then on: on the thread that opened it, so it must be short. Who looks after he began to listen
   * misses none.
   */
  void listen(Consumer<StoredTask> opened);

  /** A snapshot of all stored tasks. */
  List<StoredTask> all();

  /** Removes the content and the record; waits for nobody: readers get NOT_FOUND. */
  void delete(TaskId id);

  /**
   * Drops the task if nothing is known of it and nobody uses it: what failed before it began leaves
   * nothing behind.
   */
  void forgetIfEmpty(TaskId id);

  /**
   * A new empty task beside the stored one of the same id, for content that is suspected and read
   * anew. {@link #find} and {@link #all} don't show it, a restart removes it, and it ends with
   * {@link #adopt} or {@link #discard}.
   */
  StoredTask openPrivate(TaskId id, TaskSpec spec);

  /**
   * Puts a private task in the place of the stored one of its id, whose readers see it deleted. The
   * private one goes on as the same object.
   */
  void adopt(StoredTask privateTask);

  /** Removes a private task; nothing happens when it was adopted. */
  void discard(StoredTask privateTask);

  @Override
  void close();
}
