package dev.dragonfly.dfdaemon.task;

/** Runs downloads, one per task however many ask for it. Safe for any thread. */
public interface TaskRunner {
  /**
   * Joins the running download of the task or starts one.
   *
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when the URL is not one
   */
  RunningDownload run(DownloadRequest request);
}
