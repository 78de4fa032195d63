package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Runs downloads, one per task however many ask for it. Safe for any thread. */
public interface TaskRunner {
  /**
   * Joins the running download of the task or starts one.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when the URL is not one
   */
  RunningDownload run(DownloadRequest request);

  /**
   * The whole content when it is on the disk, verified, and this host may have it: what {@link
   * #run} would answer from without asking anybody. Never blocks; for event loops.
   *
   * @param task identity of the spec
   */
  Optional<StoredTask> held(TaskId task, TaskSpec spec);

  /**
   * Completed as soon as no download of the task runs on this host, at once where none does: until
   * another begins, nothing comes to what is there.
   */
  CompletableFuture<Void> idle(TaskId task);
}
