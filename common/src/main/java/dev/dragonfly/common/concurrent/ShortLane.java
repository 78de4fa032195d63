package dev.dragonfly.common.concurrent;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Short disk actions, as many as there is room for: who comes when it is full waits or goes. */
final class ShortLane {
  private final ThreadPoolExecutor threads;
  private final Semaphore room;

  /**
   * @param room actions that run or wait
   */
  ShortLane(ThreadPoolExecutor threads, int room) {
    this.threads = threads;
    this.room = new Semaphore(room, true);
  }

  /** Takes the action if there is room; see {@link DiskExecutor#submit(Callable, Runnable)}. */
  <T> CompletableFuture<T> submit(Callable<T> body, Runnable release) {
    if (!room.tryAcquire()) {
      release.run();
      return CompletableFuture.failedFuture(
          DiskExecutor.unavailable("too many actions wait for the disk"));
    }
    return begin(new Action<>(body, release)).result;
  }

  /** Takes the action when there is room; empty when there was none for so long. */
  <T> Optional<Action<T>> take(Callable<T> body, long maxWaitNanos) throws InterruptedException {
    return room.tryAcquire(maxWaitNanos, TimeUnit.NANOSECONDS)
        ? Optional.of(begin(new Action<>(body, () -> {})))
        : Optional.empty();
  }

  private <T> Action<T> begin(Action<T> taken) {
    threads.execute(taken);
    return taken;
  }

  /** A short action, what it owns and where its outcome goes. */
  final class Action<T> implements DiskExecutor.Task {
    private final Callable<T> body;
    private final Runnable release;
    final CompletableFuture<T> result = new CompletableFuture<>();
    // Decides between the disk thread that begins it and whoever takes it back.
    private final AtomicBoolean settled = new AtomicBoolean();

    Action(Callable<T> body, Runnable release) {
      this.body = body;
      this.release = release;
    }

    @Override
    public void run() {
      if (!settled.compareAndSet(false, true)) {
        return;
      }
      @Nullable Throwable failure = null;
      @Nullable T value = null;
      try {
        value = body.call();
      } catch (Throwable e) {
        failure = e;
      }
      end();
      if (failure == null) {
        result.complete(value);
      } else {
        result.completeExceptionally(failure);
      }
    }

    boolean takeBack() {
      if (!settled.compareAndSet(false, true)) {
        return false;
      }
      threads.remove(this);
      end();
      return true;
    }

    @Override
    public void refuse(String why) {
      if (settled.compareAndSet(false, true)) {
        end();
        result.completeExceptionally(DiskExecutor.unavailable(why));
      }
    }

    private void end() {
      room.release();
      release.run();
    }
  }
}
