package dev.dragonfly.common.concurrent;

import dev.dragonfly.common.concurrent.DiskExecutor.SlicedWork;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Long disk work, cut into slices: all of it takes turns on the threads of the lane. */
final class BulkLane {
  private final ThreadPoolExecutor threads;
  private final AtomicLong slicesDone = new AtomicLong();

  BulkLane(ThreadPoolExecutor threads) {
    this.threads = threads;
  }

  /** Begins the work; who cancels the future ends it at its next slice. */
  CompletableFuture<Void> begin(SlicedWork work) {
    Slices slices = new Slices(work);
    threads.execute(slices);
    return slices.result;
  }

  /** Tells whether any work of the lane has advanced since it was asked the last time. */
  BooleanSupplier progress() {
    AtomicLong seen = new AtomicLong(slicesDone.get());
    return () -> {
      long now = slicesDone.get();
      return seen.getAndSet(now) != now;
    };
  }

  /** Long work and where its outcome goes. */
  private final class Slices implements DiskExecutor.Task {
    private final SlicedWork work;
    final CompletableFuture<Void> result = new CompletableFuture<>();

    Slices(SlicedWork work) {
      this.work = work;
    }

    @Override
    public void run() {
      boolean more;
      try {
        more = !result.isDone() && work.advance();
      } catch (Throwable e) {
        work.end();
        result.completeExceptionally(e);
        return;
      } finally {
        slicesDone.incrementAndGet();
      }
      if (more) {
        threads.execute(this); // at the end of the queue: all work advances
        return;
      }
      work.end();
      result.complete(null);
    }

    @Override
    public void refuse(String why) {
      work.end();
      result.completeExceptionally(DiskExecutor.unavailable(why));
    }
  }
}
