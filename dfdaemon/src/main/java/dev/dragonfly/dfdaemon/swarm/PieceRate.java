package dev.dragonfly.dfdaemon.swarm;

import java.time.Duration;

/**
 * Whether a piece comes fast enough to be worth waiting for. A parent that sends a byte now and
 * then makes no progress, however often it does. Guarded by its own monitor.
 */
final class PieceRate {
  /** Long enough for a lost packet on a bad line, short enough for a user who waits. */
  static final Duration WINDOW = Duration.ofSeconds(5);

  private final long least;
  private long sinceNanos;
  private long bytes;

  /**
   * @param bytesPerSecond the least rate
   */
  PieceRate(long bytesPerSecond, long nowNanos) {
    this.least = bytesPerSecond * WINDOW.toSeconds();
    this.sinceNanos = nowNanos;
  }

  synchronized void received(int count) {
    bytes += count;
  }

  /** Whether a whole window has passed with less than the least; begins the next window then. */
  synchronized boolean isTooSlow(long nowNanos) {
    if (nowNanos - sinceNanos < WINDOW.toNanos()) {
      return false;
    }
    boolean slow = bytes < least;
    sinceNanos = nowNanos;
    bytes = 0;
    return slow;
  }
}
