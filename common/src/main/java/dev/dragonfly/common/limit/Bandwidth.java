package dev.dragonfly.common.limit;

import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.Time;
import java.util.concurrent.locks.LockSupport;

/**
 * A limit of bytes per second, fair in the order of asking. An idle limit saves up at most 50 ms of
 * its rate. Safe for any thread.
 */
public final class Bandwidth {
  private static final long SAVED_NANOS = 50_000_000;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Time time;
  private final long bytesPerSecond;
  private long nextFreeNanos;

  private Bandwidth(long bytesPerSecond, Time time) {
    this.bytesPerSecond = bytesPerSecond;
    this.time = time;
    this.nextFreeNanos = time.nanos();
  }

  /**
   * @param bytesPerSecond the limit; 0 for none
   */
  public static Bandwidth limited(long bytesPerSecond, Time time) {
    if (bytesPerSecond < 0) {
      throw new IllegalArgumentException("negative bandwidth: " + bytesPerSecond);
    }
    return new Bandwidth(bytesPerSecond, time);
  }

  /** No limit. */
  public static Bandwidth unlimited() {
    return new Bandwidth(0, SystemTime.INSTANCE);
  }

  /**
   * Books the bytes and returns after how many nanoseconds they may flow, 0 for now. Never waits,
   * so an event loop can set a timer instead.
   */
  public synchronized long reserve(long bytes) {
    if (bytesPerSecond == 0) {
      return 0;
    }
    long now = time.nanos();
    nextFreeNanos = Math.max(nextFreeNanos, now - SAVED_NANOS);
    long start = nextFreeNanos;
    nextFreeNanos += (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    return Math.max(0, start - now);
  }

  /** Books the bytes and waits until they may flow; for virtual threads. */
  public void acquire(long bytes) {
    long wait = reserve(bytes);
    long until = time.nanos() + wait;
    while (wait > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(this, wait);
      wait = until - time.nanos();
    }
  }

  /** Takes back what was booked and will not flow; what waits behind it flows earlier. */
  public synchronized void refund(long bytes) {
    if (bytesPerSecond > 0) {
      nextFreeNanos -= (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    }
  }
}
