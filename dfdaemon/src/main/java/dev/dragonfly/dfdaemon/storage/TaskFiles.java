package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The files of one task and the gate to them: nothing touches them after they were removed, so a
 * late writer can't spoil a newer task of the same id. Actions run on disk threads; many at the
 * same time, or one alone.
 */
final class TaskFiles {
  private final TaskContent content;
  private final Journal journal;
  private final Room room;
  private final DiskExecutor disk;
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private volatile boolean removed;

  TaskFiles(TaskContent content, Journal journal, Room room, DiskExecutor disk) {
    this.content = content;
    this.journal = journal;
    this.room = room;
    this.disk = disk;
  }

  TaskContent content() {
    return content;
  }

  Journal journal() {
    return journal;
  }

  /** What is done with the files. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws IOException;
  }

  /** What is done with the files and returns nothing. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /**
   * Runs the action beside others and waits for it.
   *
   * @param tried what it is, for the error
   * @throws DragonflyException what the action threw, NOT_FOUND when the files were removed,
   *     NO_SPACE
   */
  <T> T shared(String tried, Action<T> action) {
    return disk.call(guarded(tried, gate.readLock(), action));
  }

  /** See {@link #shared(String, Action)}. */
  void shared(String tried, Step step) {
    shared(tried, asAction(step));
  }

  /** Runs the action while no other runs, and waits for it. */
  <T> T alone(String tried, Action<T> action) {
    return disk.call(guarded(tried, gate.writeLock(), action));
  }

  /** See {@link #alone(String, Action)}. */
  void alone(String tried, Step step) {
    alone(tried, asAction(step));
  }

  /** Runs the step beside others, some time. */
  CompletableFuture<TaskFiles> later(String tried, Step step) {
    return disk.submit(guarded(tried, gate.readLock(), asAction(step)));
  }

  private Action<TaskFiles> asAction(Step step) {
    return () -> {
      step.run();
      return this;
    };
  }

  private <T> Callable<T> guarded(String tried, Lock lock, Action<T> action) {
    return () -> {
      lock.lock();
      try {
        if (removed) {
          throw new DragonflyException(
              ErrorCode.NOT_FOUND, "task " + room.id() + " was deleted; ask for it again");
        }
        return action.run();
      } catch (IOException e) {
        throw room.failure(tried, e);
      } finally {
        lock.unlock();
      }
    };
  }

  /** Removes the files once the running actions are done; on a disk thread. */
  void remove() throws IOException {
    gate.writeLock().lock();
    try {
      removed = true;
      content.delete();
      journal.delete();
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Whether the files are gone. */
  boolean isRemoved() {
    return removed;
  }

  /** Whether the content file is there; does I/O. */
  boolean hasContent() {
    return Files.exists(content.file());
  }
}
