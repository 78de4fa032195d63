package dev.dragonfly.scheduler.job;

import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** Does works side by side on virtual threads, so many at a time. Used by one thread. */
final class Crew {
  private final Executor executor;
  private final int size;
  private final Semaphore places;

  /**
   * @param executor makes a virtual thread for each work
   */
  Crew(Executor executor, int size) {
    this.executor = executor;
    this.size = size;
    this.places = new Semaphore(size);
  }

  /** Begins the work as soon as there is a place for it; blocks until then. */
  void start(Runnable work) throws InterruptedException {
    places.acquire();
    boolean begun = false;
    try {
      executor.execute(() -> {
        try {
          work.run();
        } finally {
          places.release();
        }
      });
      begun = true;
    } finally {
      if (!begun) {
        places.release();
      }
    }
  }

  /** Blocks until everything that was begun has ended. */
  void await() throws InterruptedException {
    places.acquire(size);
    places.release(size);
  }
}
