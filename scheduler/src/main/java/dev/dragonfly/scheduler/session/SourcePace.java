package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.time.Time;
import java.time.Duration;

/**
 * How soon a stream may be sent to the source again: the second time a second after the first, then
 * after ever longer pauses. A peer that comes back at once has not read anything there, and would
 * do the same again. Used in the session's mailbox.
 */
final class SourcePace {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Time time;
  private Duration pause = Duration.ZERO;
  private long sentAt;

  SourcePace(Time time) {
    this.time = time;
  }

  boolean allows() {
    return time.nanos() - sentAt >= pause.toNanos() || pause.isZero();
  }

  /** The peer was sent to the source. */
  void sent() {
    sentAt = time.nanos();
    Duration next = pause.isZero() ? FIRST : pause.multipliedBy(2);
    pause = next.compareTo(LONGEST) > 0 ? LONGEST : next;
  }
}
