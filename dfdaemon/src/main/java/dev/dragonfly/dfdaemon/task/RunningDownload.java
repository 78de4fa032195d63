package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.concurrent.CompletableFuture;

/**
 * A download that runs or has run. Pieces become readable in {@link #stored()} while it runs.
 *
 * <p>{@link #done()} completes when everything that this caller asked for is verified, or
 * exceptionally with a {@link dev.dragonfly.common.error.DragonflyException}.
 */
public interface RunningDownload extends AutoCloseable {
  TaskId taskId();

  /** The peer that this host is for this download. */
  PeerId peerId();

  /**
   * Where the bytes are. Another one after the one that was given before turned out wrong, whose
   * listeners hear that it was deleted: so ask again when {@link #done()} has completed.
   */
  StoredTask stored();

  CompletableFuture<Void> done();

  /** The caller waits for the byte at this offset: what comes next is fetched before the rest. */
  default void readerAt(long offset) {}

  /** This caller is no longer interested; the download ends when nobody is. */
  @Override
  void close();
}
