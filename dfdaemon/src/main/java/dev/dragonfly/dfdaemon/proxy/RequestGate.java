package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** So many requests at a time; a bounded number of others wait for a bounded while. Any thread. */
final class RequestGate {
  private final Semaphore turns;
  private final int requests;
  private final AtomicInteger waiting = new AtomicInteger();
  private final int queue;

  RequestGate(int requests, int queue) {
    this.turns = new Semaphore(requests, true);
    this.requests = requests;
    this.queue = queue;
  }

  /**
   * Runs the action when it is its turn; blocks.
   *
   * @throws DragonflyException RESOURCE_EXHAUSTED when the turn did not come
   */
  void run(Duration wait, Runnable action) {
    enter(wait);
    finish(action);
  }

  /** Runs the action with the turn that the caller has, and gives it back. */
  void finish(Runnable action) {
    try {
      action.run();
    } finally {
      leave();
    }
  }

  /** Takes a turn if one is free and nobody waits for one; does not block. */
  boolean tryEnter() {
    try {
      return turns.tryAcquire(0, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives the turn back. */
  void leave() {
    turns.release();
  }

  /** Takes all turns, so that nothing runs any more; gives up after the wait. */
  void drain(Duration wait) {
    try {
      boolean drained = turns.tryAcquire(requests, wait.toMillis(), TimeUnit.MILLISECONDS);
      turns.release(drained ? requests : 0);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void enter(Duration wait) {
    boolean entered;
    try {
      // Of no time, and not the method without one: that overtakes those who wait, a drain as well.
      entered = turns.tryAcquire(0, TimeUnit.SECONDS) || awaitTurn(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while waiting", e);
    }
    if (!entered) {
      throw new DragonflyException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "this proxy is busy: no turn within " + wait + "; ask the registry itself or again");
    }
  }

  private boolean awaitTurn(Duration wait) throws InterruptedException {
    try {
      return waiting.incrementAndGet() <= queue
          && turns.tryAcquire(wait.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      waiting.decrementAndGet();
    }
  }
}
