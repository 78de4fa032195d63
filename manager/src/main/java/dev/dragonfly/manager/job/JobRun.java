package dev.dragonfly.manager.job;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A job while this manager works on it. Safe for any thread. */
final class JobRun {
  private final JobLease lease;
  private final Runnable changed;
  private @Nullable Thread worker;
  private @Nullable Stop stop;
  private long validUntilNanos;

  /** Why to stop working on a job. */
  enum Stop {
    /** Somebody wants it no longer. */
    CANCELLED,
    /** It is no longer ours. */
    LOST,
    /** This manager ends; another one goes on. */
    LEAVING
  }

  /**
   * @param changed is called when there is something new to show
   */
  JobRun(JobLease lease, long validUntilNanos, Runnable changed) {
    this.lease = lease;
    this.validUntilNanos = validUntilNanos;
    this.changed = changed;
  }

  JobLease lease() {
    return lease;
  }

  long jobId() {
    return lease.jobId();
  }

  /** Says that there is something new to show. */
  void change() {
    changed.run();
  }

  /** Why the work is to stop; the first reason counts. */
  synchronized Optional<Stop> stop() {
    return Optional.ofNullable(stop);
  }

  /** Stops the work. */
  synchronized void stop(Stop reason) {
    if (stop == null) {
      stop = reason;
      if (worker != null) {
        worker.interrupt();
      }
    }
  }

  /** From here on this thread is the one that is interrupted. */
  synchronized void begin() {
    worker = Thread.currentThread();
    if (stop != null) {
      worker.interrupt();
    }
  }

  /** No interrupt comes after this; one that came is cleared, so that the end can be written. */
  synchronized void end() {
    worker = null;
    Thread.interrupted();
  }

  synchronized void renewed(long validUntilNanos) {
    this.validUntilNanos = validUntilNanos;
  }

  /** Whether others may take the job by now, even if we cannot ask. */
  synchronized boolean hasLapsed(long nanos) {
    return nanos - validUntilNanos > 0;
  }
}
