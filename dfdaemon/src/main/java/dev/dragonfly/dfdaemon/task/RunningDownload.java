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

  StoredTask stored();

  /**
   * Completes when the content length and the layout are known, or exceptionally with the failure
   * of the download. With a source that does not tell its length it completes at the end only;
   * {@link StoredTask#layout()} is known earlier.
   */
  CompletableFuture<Void> lengthKnown();

  CompletableFuture<Void> done();

  /** This caller is no longer interested; the download ends when nobody is. */
  @Override
  void close();
}
