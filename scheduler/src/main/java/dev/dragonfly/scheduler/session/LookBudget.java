package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.time.Time;
import java.time.Duration;

/**
 * How often one stream may look at the graph: a few times at once, then once in each interval.
 * Holds for news and for what the peer asks alike, so that neither a crowd nor a peer that asks
 * without end costs more than that. Used in the session's mailbox.
 */
final class LookBudget {
  private static final int BURST = 8;

  private final Time time;
  private final long interval;
  private long full;

  LookBudget(Time time, Duration interval) {
    this.time = time;
    this.interval = interval.toNanos();
    this.full = time.nanos();
  }

  /** Takes one look; zero when that was possible, else how long until it will be. */
  Duration take() {
    long now = time.nanos();
    // The moment at which all looks would be there again; each look moves it on by an interval.
    long base = Math.max(full - now, 0);
    long excess = base + interval - BURST * interval;
    if (excess > 0) {
      return Duration.ofNanos(excess);
    }
    full = now + base + interval;
    return Duration.ZERO;
  }
}
