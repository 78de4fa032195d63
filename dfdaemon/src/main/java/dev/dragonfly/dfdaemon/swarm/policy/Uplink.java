package dev.dragonfly.dfdaemon.swarm.policy;

/**
 * Whether this host takes one more request for a block, or says that it is busy. What waits here
 * for more than a moment could come from elsewhere in that time, and everybody behind it waits too:
 * short queues are worth more than full ones. In the model of docs/benchmarks.md a queue of 16
 * instead of 4 blocks costs a tenth of the time of the last peer. Times are nanoseconds on the
 * caller's clock. Not safe for threads.
 */
public final class Uplink {
  private static final double KEPT = 3 / 4.0;
  private static final long MEASURED_NANOS = 20_000_000;

  private final long aimNanos;
  private final int least;
  private int blocks;
  private long bytes;

  /** Bytes a nanosecond while there was something to send; 0 while unknown. */
  private double rate;

  private long sinceNanos;
  private long sent;

  /** What was sent lately in what time, the more lately the more it counts. */
  private double recentBytes;

  private double recentNanos;

  /**
   * @param aimNanos what is queued should be gone in this time
   * @param least blocks that may wait in any case
   */
  public Uplink(long aimNanos, int least) {
    this.aimNanos = aimNanos;
    this.least = least;
  }

  /** Whether one more block may be queued. */
  public boolean hasRoom() {
    // Before the rate is known a slow line must not promise what it sends in minutes.
    return blocks < least || rate > 0 && drainNanos() < aimNanos;
  }

  /** Whether nothing waits to be sent. */
  public boolean isIdle() {
    return blocks == 0;
  }

  /** Time until what is queued is gone; 0 while the rate is unknown. */
  public long drainNanos() {
    return rate == 0 ? 0 : (long) (bytes / rate);
  }

  /** After which time it is worth asking again. */
  public long retryNanos() {
    return Math.max(1_000_000, drainNanos() / 2);
  }

  public void queued(int length, long nowNanos) {
    if (blocks == 0) {
      sinceNanos = nowNanos; // nothing was measured while there was nothing to send
      sent = 0;
    }
    blocks++;
    bytes += length;
  }

  /** A queued block is sent, or will not be. */
  public void gone(int length, boolean whole, long nowNanos) {
    blocks--;
    bytes -= length;
    sent += whole ? length : 0;
    long time = nowNanos - sinceNanos;
    if (time >= MEASURED_NANOS) {
      // Blocks that are sent side by side end together after a long time: a mean of rates would
      // take the moment after the first for a fast line.
      recentBytes = recentBytes * KEPT + sent;
      recentNanos = recentNanos * KEPT + time;
      rate = recentBytes / recentNanos;
      sinceNanos = nowNanos;
      sent = 0;
    }
  }
}
