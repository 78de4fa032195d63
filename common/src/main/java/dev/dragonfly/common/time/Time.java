package dev.dragonfly.common.time;

import java.time.Instant;

/** The clock. Injected everywhere, so that tests can advance it by hand. Safe for any thread. */
public interface Time {
  /** Wall clock, for what people read. */
  Instant now();

  /** A clock that never goes back, in nanoseconds, for durations. */
  long nanos();
}
