package dev.dragonfly.common.time;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Timers. Actions must be short: they run on one shared thread and hand long work elsewhere. */
public interface Timers {
  /** Runs the action once after the delay. */
  Timer after(Duration delay, Runnable action);

  /** Runs the action again and again, the first time after one interval. */
  Timer every(Duration interval, Runnable action);

  /** Blocks the calling thread, a virtual one, for that long. */
  default void pause(Duration length) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Timer timer = after(length, over::countDown);
    try {
      over.await();
    } finally {
      timer.cancel();
    }
  }

  /** A timer that can be cancelled; cancelling twice does no harm. */
  interface Timer {
    /** No further run begins after this returns. */
    void cancel();
  }
}
