package dev.dragonfly.manager.job;

import java.util.Set;

/** How jobs of a type are done. */
interface JobWork {
  /** Of which types. */
  Set<JobType> types();

  /**
   * Works until the job has ended and says so with the lease. Blocks; an interrupt means to stop:
   * then it throws, whatever it likes. What an earlier worker has finished is not done again.
   *
   * @throws dev.dragonfly.common.error.DragonflyException when the job cannot be done; the text is
   *     shown
   */
  void run(JobRun run);
}
