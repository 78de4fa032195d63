package dev.dragonfly.common.concurrent;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for file I/O: a virtual thread that waits for a disk would hold its carrier, an
 * event loop would stall all its connections. When the queue is full the caller waits. Every action
 * that was taken ends: done, failed or refused.
 */
public final class DiskExecutor implements AutoCloseable {
  private static final long MAX_QUEUE_WAIT_SECONDS = 60;
  private static final long MAX_CLOSE_SECONDS = 5;

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
    Action<?> refused = (Action<?>) action;
    try {
      if (executor.isShutdown()) {
        refused.refuse("the disk executor is closed", null);
      } else if (!executor.getQueue().offer(action, MAX_QUEUE_WAIT_SECONDS, TimeUnit.SECONDS)) {
        refused.refuse(
            "no room for a disk action within " + MAX_QUEUE_WAIT_SECONDS + " s: the disk hangs",
            null);
      } else if (executor.isShutdown() && executor.remove(action)) {
        // room was made by the last thread that looked at the queue
        refused.refuse("the disk executor is closed", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      refused.refuse("interrupted while waiting for the disk", e);
    }
  }

  /** Runs the action on a disk thread; the future fails with UNAVAILABLE when it is refused. */
  public <T> CompletableFuture<T> submit(Callable<T> action) {
    Action<T> taken = new Action<>(action, new CompletableFuture<>());
    executor.execute(taken);
    return taken.result();
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

  /** Takes no more, waits up to 5 s for what was taken and refuses the rest. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(MAX_CLOSE_SECONDS, TimeUnit.SECONDS)) {
        refuseRest();
      }
    } catch (InterruptedException e) {
      refuseRest();
      Thread.currentThread().interrupt();
    }
  }

  private void refuseRest() {
    for (Runnable waiting : executor.shutdownNow()) {
      ((Action<?>) waiting).refuse("the disk executor is closed", null);
    }
  }

  /** One action and where its outcome goes. */
  private record Action<T>(Callable<T> body, CompletableFuture<T> result) implements Runnable {
    @Override
    public void run() {
      try {
        result.complete(body.call());
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    }

    void refuse(String why, @Nullable Throwable cause) {
      result.completeExceptionally(
          new DragonflyException(ErrorCode.UNAVAILABLE, why + "; try again", cause));
    }
  }
}
