package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.ArrayDeque;

/**
 * How many downloads fetch at a time: so many that each gets enough of the buffers and of the line
 * to make progress. The others wait in the order in which they came, and before they have begun
 * anything. Guarded by its own monitor.
 */
public final class Admission {
  private static final long LOOK_MILLIS = 200;

  private final int places;
  private final int longestQueue;
  private final ArrayDeque<Turn> queue = new ArrayDeque<>();
  private int taken;

  /**
   * @param places downloads that fetch at the same time
   * @param longestQueue how many may wait behind them
   */
  public Admission(int places, int longestQueue) {
    this.places = places;
    this.longestQueue = longestQueue;
  }

  /** A place; the next in the queue gets it when it is closed. */
  interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Waits for a place; blocks a virtual thread.
   *
   * @param wakeUp of the download that waits
   * @param checkMayGoOn looks whether it is still worth it; what it throws ends the wait
   * @throws DragonflyException RESOURCE_EXHAUSTED when too many wait already
   */
  Place enter(WakeUp wakeUp, Runnable checkMayGoOn) {
    Turn turn = join(wakeUp);
    try {
      while (!isAdmitted(turn)) {
        checkMayGoOn.run();
        wakeUp.await(LOOK_MILLIS);
      }
    } catch (RuntimeException e) {
      leave(turn);
      throw e;
    } catch (InterruptedException e) {
      leave(turn);
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "interrupted while waiting for a place to download", e);
    }
    return () -> leave(turn);
  }

  private synchronized Turn join(WakeUp wakeUp) {
    Turn turn = new Turn(wakeUp);
    if (taken < places) {
      taken++;
      turn.admitted = true;
    } else if (queue.size() < longestQueue) {
      queue.add(turn);
    } else {
      throw new DragonflyException(
          ErrorCode.RESOURCE_EXHAUSTED,
          "%d downloads run and %d wait; try again later or raise download.concurrent"
              .formatted(taken, queue.size()));
    }
    return turn;
  }

  private synchronized boolean isAdmitted(Turn turn) {
    return turn.admitted;
  }

  private synchronized void leave(Turn turn) {
    if (!turn.admitted) {
      queue.remove(turn);
      return;
    }
    Turn next = queue.poll();
    if (next == null) {
      taken--;
      return;
    }
    next.admitted = true;
    next.wakeUp.ring();
  }

  private static final class Turn {
    private final WakeUp wakeUp;
    private boolean admitted;

    Turn(WakeUp wakeUp) {
      this.wakeUp = wakeUp;
    }
  }
}
