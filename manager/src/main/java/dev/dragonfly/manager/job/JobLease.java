package dev.dragonfly.manager.job;

/**
 * The right to work on a job.
 *
 * @param generation counts the takings of this job: what an older one writes is refused
 */
record JobLease(long jobId, JobType type, long generation) {
  /** Whether somebody worked on it before. */
  boolean isTakeover() {
    return generation > 1;
  }

  /** For logs. */
  @Override
  public String toString() {
    return "job=" + jobId + " type=" + type.word() + " generation=" + generation;
  }
}
