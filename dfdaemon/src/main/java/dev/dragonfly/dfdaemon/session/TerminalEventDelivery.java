package dev.dragonfly.dfdaemon.session;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets the one who closes a session wait until its last word has arrived. Safe for any thread. */
final class TerminalEventDelivery {
  private final CountDownLatch settled = new CountDownLatch(1);

  /** It arrived, or nobody will hear it. */
  void settle() {
    settled.countDown();
  }

  /** Waits, at most so long; returns whether it is settled. */
  boolean await(Duration bound) {
    try {
      return settled.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
