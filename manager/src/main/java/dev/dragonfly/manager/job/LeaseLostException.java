package dev.dragonfly.manager.job;

/** Somebody else has the job now, it has ended, or it was removed: this manager writes no more. */
final class LeaseLostException extends RuntimeException {
  private static final long serialVersionUID = 1;

  LeaseLostException(JobLease lease) {
    super("the job is no longer ours " + lease);
  }
}
