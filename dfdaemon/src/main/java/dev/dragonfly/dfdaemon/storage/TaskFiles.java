package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one task. Actions run on disk threads beside each other and wait for nobody; what
 * must be in order is ordered before it gets there ({@link PieceTurns}). Removing does not wait for
 * them: they go on with files without a name, and all that begin later fail.
 */
final class TaskFiles {
  private static final Logger LOG = LoggerFactory.getLogger(TaskFiles.class);

  private final TaskContent content;
  private final Journal journal;
  private final DiskSpace space;
  private final DiskExecutor disk;
  private volatile boolean removed;

  TaskFiles(TaskContent content, Journal journal, DiskSpace space, DiskExecutor disk) {
    this.content = content;
    this.journal = journal;
    this.space = space;
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

  /**
   * Runs the action and waits for it; for virtual threads.
   *
   * @param tried what it is, for the error
   * @throws DragonflyException what the action threw, NOT_FOUND when the files were removed,
   *     NO_SPACE, UNAVAILABLE when the disk hangs
   */
  <T> T call(String tried, Action<T> action) {
    return disk.call(guarded(tried, action));
  }

  /** Begins the action. */
  <T> CompletableFuture<T> submit(String tried, Action<T> action) {
    return disk.submit(guarded(tried, action));
  }

  /** The same; the lease is given back when the action has ended or will never begin. */
  <T> CompletableFuture<T> submit(String tried, BlockLease owned, Action<T> action) {
    return disk.submit(guarded(tried, action), owned::close);
  }

  /** Waits for an action that owns what it uses; for virtual threads. */
  <T> T await(CompletableFuture<T> outcome) {
    return disk.await(outcome);
  }

  /** Runs long work in the bulk lane. */
  CompletableFuture<Void> bulk(String tried, Action<Boolean> slice) {
    return disk.bulk(() -> guarded(tried, slice).call());
  }

  /** Brings content and journal to stable storage, in the bulk lane. */
  CompletableFuture<Void> force() {
    return bulk(
        "forcing to disk",
        () -> {
          content.force();
          journal.append(new JournalRecord.Forced());
          journal.force();
          content.seal();
          return false;
        });
  }

  /** For what nobody waits for: says that it failed, unless the files are gone. */
  void warn(String tried, @Nullable Throwable failure) {
    if (failure != null && !removed) {
      LOG.warn("{} failed task={}", tried, space.id(), failure);
    }
  }

  private <T> Callable<T> guarded(String tried, Action<T> action) {
    return () -> {
      if (removed) {
        throw deleted();
      }
      try {
        return action.run();
      } catch (IOException e) {
        throw removed ? deleted() : space.failure(tried, e);
      }
    };
  }

  private DragonflyException deleted() {
    return new DragonflyException(
        ErrorCode.NOT_FOUND, "task " + space.id() + " was deleted; ask for it again");
  }

  /** Removes the files, content last: content without a record is removed at the next start. */
  void remove() throws IOException {
    removed = true;
    boolean ours = journal.isWritten();
    journal.delete();
    if (ours) {
      content.delete();
    } else {
      content.abandon();
    }
  }

  /** Gives the files other names; the record last, so that it never speaks of other content. */
  void move(Path contentTarget, Path journalTarget) throws IOException {
    content.move(contentTarget);
    journal.move(journalTarget);
  }
}
