package dev.dragonfly.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other processes do; the only way to see it is to look. */
public final class Soon {
  private static final long LOOK_NANOS = 20_000_000;

  private Soon() {}

  /** Returns once it holds; fails when it does not within the bound. */
  public static void holds(String what, Duration bound, BooleanSupplier condition) {
    holds(() -> what, bound, condition);
  }

  public static void holds(Supplier<String> what, Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + bound + ": " + what.get());
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }
}
