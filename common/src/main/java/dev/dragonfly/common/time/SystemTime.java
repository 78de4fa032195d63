package dev.dragonfly.common.time;

import java.time.Instant;

/** The clock of the system. */
public enum SystemTime implements Time {
  INSTANCE;

  @Override
  public Instant now() {
    return Instant.now();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }
}
