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
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final double GAIN = 0.1;

  private long waiting;

  /** When the last block left, or when the first came after nothing was waiting. */
  private long sinceNanos;

  /** An average of times, not of rates: two blocks that end at almost the same moment look fast. */
  private double nanosPerByte;

  /**
   * @param firstRate bytes per second that are assumed before any have been sent
   */
  UploadBacklog(long firstRate) {
    this.nanosPerByte = 1e9 / firstRate;
  }

  synchronized void promised(int bytes, long nowNanos) {
    if (waiting == 0) {
      sinceNanos = nowNanos; // The time in which nobody asked for anything says nothing.
    }
    waiting += bytes;
  }

  /** Bytes left, or will not be sent any more. */
  synchronized void settled(int bytes, boolean sent, long nowNanos) {
    waiting -= bytes;
    if (sent) {
      double took = (double) (nowNanos - sinceNanos) / bytes;
      nanosPerByte += GAIN * (took - nanosPerByte);
      sinceNanos = nowNanos;
    }
  }

  /** How long one more should stay away; zero when there is room. */
  synchronized Duration pause() {
    double takes = waiting * nanosPerByte;
    if (takes < LONGEST_NANOS) {
      return Duration.ZERO;
    }
    Duration rest = Duration.ofNanos((long) takes - LONGEST_NANOS / 2);
    if (rest.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return rest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : rest;
  }
}
