package dev.dragonfly.dfdaemon.task;

/** Wakes one waiting thread; a ring while nobody waits is remembered. Safe for any thread. */
final class WakeUp {
  private boolean rung;

  synchronized void ring() {
    rung = true;
    notifyAll();
  }

  /** Returns when rung, at the latest after {@code millis}. */
  @SuppressWarnings("WaitNotInLoop") // Whoever waits looks again in any case.
  synchronized void await(long millis) throws InterruptedException {
    if (!rung) {
      wait(millis);
    }
    rung = false;
  }

  /** Whether it was rung since the last time; does not wait. */
  synchronized boolean isHeard() {
    boolean heard = rung;
    rung = false;
    return heard;
  }
}
