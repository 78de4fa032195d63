package dev.dragonfly.common.concurrent;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Platform threads for file I/O: a virtual thread that waits for a disk would hold its carrier, an
 * event loop would stall all its connections. When the queue is full the caller waits.
 */
public final class DiskExecutor implements AutoCloseable {
  private static final long MAX_QUEUE_WAIT_SECONDS = 60;

  private final ThreadPoolExecutor executor;

  /**
   * @param threads number of threads
   * @param queue actions that may wait before callers do
   */
  public DiskExecutor(int threads, int queue, String name) {
    executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(queue),
            Threads.daemonFactory(name),
            DiskExecutor::waitForRoom);
  }

  private static void waitForRoom(Runnable action, ThreadPoolExecutor executor) {
    try {
      if (executor.isShutdown()
          || !executor.getQueue().offer(action, MAX_QUEUE_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new RejectedExecutionException("the disk executor is closed or its disk hangs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RejectedExecutionException("interrupted while waiting for the disk", e);
    }
  }

  /** Runs the action on a disk thread. */
  public <T> CompletableFuture<T> submit(Callable<T> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      executor.execute(() -> {
        try {
          result.complete(action.call());
        } catch (Throwable e) {
          result.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          new DragonflyException(ErrorCode.UNAVAILABLE, String.valueOf(e.getMessage()), e));
    }
    return result;
  }

  /**
   * Runs the action on a disk thread and waits for it; for virtual threads.
   *
   * @throws DragonflyException what the action threw, or INTERNAL around another exception
   */
  public <T> T call(Callable<T> action) {
    try {
      return submit(action).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while the disk worked", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof DragonflyException known) {
        throw known;
      }
      throw new DragonflyException(
          ErrorCode.INTERNAL, "disk action failed: " + e.getCause(), e.getCause());
    }
  }

  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
