package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.task.TaskId;
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
   * Completed as soon as no download of the task runs on this host, at once where none does: until
   * another begins, nothing comes to what is there.
   */
  CompletableFuture<Void> idle(TaskId task);
}
