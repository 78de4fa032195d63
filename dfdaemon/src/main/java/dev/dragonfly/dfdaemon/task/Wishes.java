package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.Interest;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * What the callers of a download want of it together: the bytes of all, the patience of the most
 * patient, the source unless all forbid it. Guarded by its own monitor.
 */
final class Wishes {
  private final Duration usualTimeout;
  private final Time time;
  private volatile Interest interest;
  private long deadlineNanos;
  private boolean sourceForbidden;
  private boolean cancelled;
  private boolean closed;

  Wishes(DownloadRequest first, Duration usualTimeout, Time time) {
    this.usualTimeout = usualTimeout;
    this.time = time;
    this.interest = new Interest(first.range());
    this.deadlineNanos = deadline(first);
    this.sourceForbidden = first.disableBackToSource();
  }

  private long deadline(DownloadRequest request) {
    return time.nanos() + request.timeout().orElse(usualTimeout).toNanos();
  }

  /**
   * One more caller.
   *
   * @return false when it is too late: everything wanted so far is there, or all have given up
   */
  synchronized boolean add(DownloadRequest more) {
    if (closed || cancelled) {
      return false;
    }
    interest = interest.and(new Interest(more.range()));
    deadlineNanos = Math.max(deadlineNanos, deadline(more));
    sourceForbidden = sourceForbidden && more.disableBackToSource();
    return true;
  }

  /** Nobody wants anything any more. */
  synchronized void cancel() {
    cancelled = true;
  }

  /** If everything wanted is there, nobody can want more of this download. */
  synchronized boolean closeIf(BooleanSupplier satisfied) {
    closed = satisfied.getAsBoolean();
    return closed;
  }

  Interest interest() {
    return interest;
  }

  synchronized boolean cancelled() {
    return cancelled;
  }

  synchronized boolean late() {
    return time.nanos() > deadlineNanos;
  }

  synchronized boolean sourceForbidden() {
    return sourceForbidden;
  }
}
