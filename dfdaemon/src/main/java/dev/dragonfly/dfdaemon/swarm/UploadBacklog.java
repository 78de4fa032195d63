package dev.dragonfly.dfdaemon.swarm;

import java.time.Duration;

/**
 * What this host has promised to send and has not sent yet, for all tasks, and how long that takes
 * at the pace of late. Who would wait too long is told to come back: it is no fault of a host that
 * many ask it at once, and a child that waited for seconds would call it one. Guarded by its own
 * monitor.
 */
final class UploadBacklog {
  private static final long LONGEST_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long SAMPLE_NANOS = Duration.ofMillis(250).toNanos();
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final double GAIN = 0.3;

  private long waiting;
  private long sampled;
  private long sampleNanos;
  private double bytesPerNano;

  /**
   * @param firstRate bytes per second that are assumed before any have been sent
   */
  UploadBacklog(long firstRate) {
    this.bytesPerNano = firstRate / 1e9;
  }

  synchronized void promised(int bytes, long nowNanos) {
    if (waiting == 0) {
      sampleNanos = nowNanos; // The time in which nobody asked for anything says nothing.
      sampled = 0;
    }
    waiting += bytes;
  }

  /** Bytes left, or will not be sent any more. */
  synchronized void settled(int bytes, boolean sent, long nowNanos) {
    waiting -= bytes;
    sampled += sent ? bytes : 0;
    long took = nowNanos - sampleNanos;
    if (took >= SAMPLE_NANOS && sampled > 0) {
      double pace = (double) sampled / took;
      bytesPerNano += GAIN * (pace - bytesPerNano);
      sampled = 0;
      sampleNanos = nowNanos;
    }
  }

  /** How long one more should stay away; zero when there is room. */
  synchronized Duration pause() {
    if (waiting / bytesPerNano < LONGEST_NANOS) {
      return Duration.ZERO;
    }
    Duration rest = Duration.ofNanos((long) (waiting / bytesPerNano) - LONGEST_NANOS / 2);
    if (rest.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return rest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : rest;
  }
}
