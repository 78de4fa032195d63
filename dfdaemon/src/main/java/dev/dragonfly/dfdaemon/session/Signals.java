package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.announce.ScheduleDecision;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;

/**
 * Signals that wait for their download. When more than the limit wait, the oldest goes: only the
 * latest decision counts. Safe for any thread.
 */
final class Signals {
  static final int MAX_WAITING = 16;

  private final LinkedBlockingDeque<Signal> waiting = new LinkedBlockingDeque<>(MAX_WAITING);

  private final Runnable wakeUp;

  private volatile boolean lossTold;

  /**
   * @param wakeUp called after each signal
   */
  Signals(Runnable wakeUp) {
    this.wakeUp = wakeUp;
  }

  /** A scheduler answered; the next loss is news again. */
  void decided(ScheduleDecision decision) {
    lossTold = false;
    add(new Signal.Decided(decision));
  }

  /** Tells a loss once until a scheduler has answered; returns whether it was told. */
  boolean lost(String reason) {
    if (lossTold) {
      return false;
    }
    lossTold = true;
    add(new Signal.Lost(reason));
    return true;
  }

  void add(Signal signal) {
    while (!waiting.offer(signal)) {
      waiting.poll();
    }
    wakeUp.run();
  }

  /** Blocks up to the wait; empty at once when the thread is interrupted. */
  Optional<Signal> poll(Duration wait) {
    try {
      return Optional.ofNullable(waiting.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
