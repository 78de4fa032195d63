package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;

/** Wakes the thread that waits for bytes of a task, and knows when the last ones came. */
final class Arrivals implements StoredTask.Listener {
  private final Time time;

  /** Stays set until somebody waits: what happens between a look and the wait is not missed. */
  private boolean rung;

  private boolean deleted;
  private long lastNanos;

  Arrivals(Time time) {
    this.time = time;
    this.lastNanos = time.nanos();
  }

  /** Something else happened that the waiting thread should look at. */
  synchronized void ring() {
    rung = true;
    notifyAll();
  }

  private synchronized void progress() {
    lastNanos = time.nanos();
    ring();
  }

  /** Returns when something happened, at the latest after the wait. */
  @SuppressWarnings("WaitNotInLoop") // Whoever waits looks again in any case.
  synchronized void await(Duration wait) throws InterruptedException {
    if (!rung && wait.isPositive()) {
      wait(Math.max(1, wait.toMillis()));
    }
    rung = false;
  }

  /** How long nothing has come. */
  synchronized Duration sinceProgress() {
    return Duration.ofNanos(time.nanos() - lastNanos);
  }

  /** The reader turns to another task. */
  synchronized void beginAgain() {
    deleted = false;
    progress();
  }

  /** Whether the task was removed under the reader. */
  synchronized boolean isDeleted() {
    return deleted;
  }

  @Override
  public void blockReadable(long block) {
    progress();
  }

  @Override
  public void pieceFinished(Piece piece) {
    progress();
  }

  @Override
  public void factsChanged(TaskFacts facts) {
    progress();
  }

  @Override
  public synchronized void deleted() {
    deleted = true;
    ring();
  }
}
