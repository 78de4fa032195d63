package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.dfdaemon.backtosource.SourceReader;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.swarm.Swarm;
import java.util.concurrent.ExecutorService;

/**
 * Who works on one download.
 *
 * @param session speaks with the scheduler
 * @param progress what was received
 * @param swarm takes pieces from parents
 * @param reader reads the source
 * @param source when the source is read
 * @param workers threads of swarm and reader
 */
record DownloadCrew(
    SchedulerSession session,
    Progress progress,
    Swarm swarm,
    SourceReader reader,
    SourceAttempt source,
    ExecutorService workers) {

  /**
   * Sends everybody home at once; the session delivers its last words while the caller already has
   * his bytes.
   *
   * @param then done when the session has ended
   */
  void dismiss(String name, Runnable then) {
    reader.stop();
    swarm.close();
    Threads.virtual(
        name + "-close",
        () -> {
          session.close();
          workers.shutdownNow();
          then.run();
        });
  }
}
