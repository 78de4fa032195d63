package dev.dragonfly.common.concurrent;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for file I/O: a virtual thread that waits for a disk would hold its carrier, an
 * event loop would stall all its connections.
 *
 * <p>There are two lanes. Short actions touch about 1 MiB; long work is cut into slices and has
 * threads of its own, so that nobody waits for a block behind the copy of 50 GB. Every action that
 * was taken ends: done, failed or refused. Waiting for one is bounded: on a disk that hangs the
 * waiting ends, while the action stays where it is and keeps what it owns.
 */
public final class DiskExecutor implements AutoCloseable {
  private static final Duration DEFAULT_MAX_WAIT = Duration.ofSeconds(30);
  private static final long MAX_CLOSE_SECONDS = 5;

  /** Two, because the forcing of one big file is a single slice. */
  private static final int BULK_THREADS = 2;

  private final ThreadPoolExecutor shortLane;
  private final ThreadPoolExecutor bulkLane;
  private final Semaphore room;
  private final long maxWaitNanos;
  private final AtomicLong slicesDone = new AtomicLong();

  /**
   * @param threads number of threads for short actions
   * @param queue short actions that may wait for them
   */
  public DiskExecutor(int threads, int queue, String name) {
    this(threads, queue, name, DEFAULT_MAX_WAIT);
  }

  /**
   * @param maxWait how long a caller waits for his action, or for a sign of life of the bulk lane
   */
  public DiskExecutor(int threads, int queue, String name, Duration maxWait) {
    this.shortLane = pool(threads, name);
    this.bulkLane = pool(BULK_THREADS, name + "-bulk");
    this.room = new Semaphore(threads + queue, true);
    this.maxWaitNanos = maxWait.toNanos();
  }

  private static ThreadPoolExecutor pool(int threads, String name) {
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(), // limited by the room of the short lane
        Threads.daemonFactory(name),
        (refused, pool) -> ((Task) refused).refuse("the disk executor is closed"));
  }

  /** Long work in slices of some MiB each. */
  @FunctionalInterface
  public interface SlicedWork {
    /** Does the next slice; returns whether there is more to do. */
    boolean advance() throws Exception;

    /** Called once when no slice will follow: done, failed, refused or no longer wanted. */
    default void end() {}
  }

  /**
   * Runs a short action on a disk thread; never waits. The future fails with UNAVAILABLE when the
   * queue is full.
   */
  public <T> CompletableFuture<T> submit(Callable<T> action) {
    return submit(action, () -> {});
  }

  /**
   * The same for an action that owns something, for example a buffer.
   *
   * @param release run once when the action has ended, was refused or will never run; before the
   *     future is completed
   */
  public <T> CompletableFuture<T> submit(Callable<T> action, Runnable release) {
    Action<T> taken = new Action<>(action, release);
    if (room.tryAcquire()) {
      shortLane.execute(taken);
    } else {
      taken.refuseWithoutRoom("too many actions wait for the disk");
    }
    return taken.result;
  }

  /**
   * Runs a short action on a disk thread and waits for it; for virtual threads. Who is interrupted
   * takes back an action that has not begun, and waits on for one that has: it may still use what
   * the caller gave it.
   *
   * @throws DragonflyException what the action threw, INTERNAL around another exception,
   *     UNAVAILABLE when it was not done in time
   */
  public <T> T call(Callable<T> action) {
    Action<T> taken = new Action<>(action, () -> {});
    long deadline = System.nanoTime() + maxWaitNanos;
    try {
      if (!room.tryAcquire(maxWaitNanos, TimeUnit.NANOSECONDS)) {
        throw hanging();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled(e);
    }
    shortLane.execute(taken);
    return outcome(taken, deadline);
  }

  private <T> T outcome(Action<T> taken, long deadline) {
    @Nullable InterruptedException interrupted = null;
    try {
      while (true) {
        try {
          return taken.result.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = e;
          if (taken.takeBack()) {
            throw cancelled(e);
          }
        } catch (TimeoutException e) {
          taken.takeBack();
          throw hanging();
        } catch (ExecutionException e) {
          throw failure(e);
        }
      }
    } finally {
      if (interrupted != null) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs long work in the bulk lane, one slice after the other, taking turns with other work. */
  public CompletableFuture<Void> bulk(SlicedWork work) {
    Slices slices = new Slices(work);
    bulkLane.execute(slices);
    return slices.result;
  }

  /**
   * Runs long work and waits for it; for virtual threads.
   *
   * @throws DragonflyException what the work threw, INTERNAL around another exception, UNAVAILABLE
   *     when the whole lane made no progress for long, CANCELLED when interrupted: the work ends at
   *     its next slice then
   */
  public void callBulk(SlicedWork work) {
    AtomicBoolean wanted = new AtomicBoolean(true);
    CompletableFuture<Void> done =
        bulk(
            new SlicedWork() {
              @Override
              public boolean advance() throws Exception {
                return wanted.get() && work.advance();
              }

              @Override
              public void end() {
                work.end();
              }
            });
    try {
      awaitBulk(done);
    } finally {
      wanted.set(false);
    }
  }

  /**
   * Waits for the outcome of long work; for virtual threads.
   *
   * @throws DragonflyException as {@link #callBulk}; who is interrupted leaves the work to itself
   */
  public <T> T awaitBulk(CompletableFuture<T> outcome) {
    while (true) {
      long before = slicesDone.get();
      try {
        return outcome.get(maxWaitNanos, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        if (slicesDone.get() == before) {
          throw hanging();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw cancelled(e);
      } catch (ExecutionException e) {
        throw failure(e);
      }
    }
  }

  /**
   * Waits for the outcome of an action that owns what it uses; for virtual threads.
   *
   * @throws DragonflyException as {@link #call}; who is interrupted leaves it to itself
   */
  public <T> T await(CompletableFuture<T> outcome) {
    try {
      return outcome.get(maxWaitNanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled(e);
    } catch (TimeoutException e) {
      throw hanging();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private DragonflyException hanging() {
    return new DragonflyException(
        ErrorCode.UNAVAILABLE,
        "a disk action was not done within " + Duration.ofNanos(maxWaitNanos) + ": the disk hangs");
  }

  private static DragonflyException cancelled(InterruptedException cause) {
    return new DragonflyException(ErrorCode.CANCELLED, "interrupted while the disk worked", cause);
  }

  private static DragonflyException failure(ExecutionException e) {
    if (e.getCause() instanceof DragonflyException known) {
      return known;
    }
    return new DragonflyException(
        ErrorCode.INTERNAL, "disk action failed: " + e.getCause(), e.getCause());
  }

  /** Takes no more, waits up to 5 s for what was taken and refuses the rest. */
  @Override
  public void close() {
    shortLane.shutdown();
    bulkLane.shutdown(); // what has slices left is refused when it asks for its next turn
    try {
      if (!shortLane.awaitTermination(MAX_CLOSE_SECONDS, TimeUnit.SECONDS)
          || !bulkLane.awaitTermination(MAX_CLOSE_SECONDS, TimeUnit.SECONDS)) {
        refuseRest();
      }
    } catch (InterruptedException e) {
      refuseRest();
      Thread.currentThread().interrupt();
    }
  }

  private void refuseRest() {
    shortLane
        .shutdownNow()
        .forEach(waiting -> ((Task) waiting).refuse("the disk executor is closed"));
    bulkLane
        .shutdownNow()
        .forEach(waiting -> ((Task) waiting).refuse("the disk executor is closed"));
  }

  private static DragonflyException unavailable(String why) {
    return new DragonflyException(ErrorCode.UNAVAILABLE, why + "; try again");
  }

  /** What stands in a lane. */
  private interface Task extends Runnable {
    void refuse(String why);
  }

  /** A short action, what it owns and where its outcome goes. */
  private final class Action<T> implements Task {
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
      shortLane.remove(this);
      end();
      return true;
    }

    @Override
    public void refuse(String why) {
      if (settled.compareAndSet(false, true)) {
        end();
        result.completeExceptionally(unavailable(why));
      }
    }

    void refuseWithoutRoom(String why) {
      settled.set(true);
      release.run();
      result.completeExceptionally(unavailable(why));
    }

    private void end() {
      room.release();
      release.run();
    }
  }

  /** Long work and where its outcome goes. */
  private final class Slices implements Task {
    private final SlicedWork work;
    final CompletableFuture<Void> result = new CompletableFuture<>();

    Slices(SlicedWork work) {
      this.work = work;
    }

    @Override
    public void run() {
      boolean more;
      try {
        more = work.advance();
      } catch (Throwable e) {
        work.end();
        result.completeExceptionally(e);
        return;
      } finally {
        slicesDone.incrementAndGet();
      }
      if (more) {
        bulkLane.execute(this); // at the end of the queue: all work advances
        return;
      }
      work.end();
      result.complete(null);
    }

    @Override
    public void refuse(String why) {
      work.end();
      result.completeExceptionally(unavailable(why));
    }
  }
}
