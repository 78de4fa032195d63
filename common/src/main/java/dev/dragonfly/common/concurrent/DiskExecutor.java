package dev.dragonfly.common.concurrent;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

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

  private final List<ThreadPoolExecutor> threads;
  private final ShortLane shortLane;
  private final BulkLane bulkLane;
  private final long maxWaitNanos;

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
    this.threads = List.of(pool(threads, name), pool(BULK_THREADS, name + "-bulk"));
    this.shortLane = new ShortLane(this.threads.getFirst(), threads + queue);
    this.bulkLane = new BulkLane(this.threads.getLast());
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
        (refused, pool) -> refuse(refused));
  }

  private static void refuse(Runnable task) {
    ((Task) task).refuse("the disk executor is closed");
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
    return shortLane.submit(action, release);
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
    long deadline = System.nanoTime() + maxWaitNanos;
    try {
      return outcome(shortLane.take(action, maxWaitNanos).orElseThrow(this::hanging), deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled(e);
    }
  }

  private <T> T outcome(ShortLane.Action<T> taken, long deadline) throws InterruptedException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return taken.result.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          if (taken.takeBack()) {
            throw e;
          }
          interrupted = true;
        } catch (TimeoutException e) {
          taken.takeBack();
          throw hanging();
        } catch (ExecutionException e) {
          throw failure(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs long work in the bulk lane, one slice after the other, taking turns with other work. */
  public CompletableFuture<Void> bulk(SlicedWork work) {
    return bulkLane.begin(work);
  }

  /**
   * Runs long work and waits for it; for virtual threads.
   *
   * @throws DragonflyException what the work threw, INTERNAL around another exception, UNAVAILABLE
   *     when the whole lane made no progress for long, CANCELLED when interrupted: the work ends at
   *     its next slice then
   */
  public void callBulk(SlicedWork work) {
    CompletableFuture<Void> done = bulk(work);
    try {
      awaitBulk(done);
    } finally {
      done.cancel(false); // unless it is done, nobody wants it any more
    }
  }

  /**
   * Waits for the outcome of long work; for virtual threads.
   *
   * @throws DragonflyException as {@link #callBulk}; who is interrupted leaves the work to itself
   */
  public <T> T awaitBulk(CompletableFuture<T> outcome) {
    return await(outcome, bulkLane.progress());
  }

  /**
   * Waits for the outcome of an action that owns what it uses; for virtual threads.
   *
   * @throws DragonflyException as {@link #call}; who is interrupted leaves it to itself
   */
  public <T> T await(CompletableFuture<T> outcome) {
    return await(outcome, () -> false);
  }

  private <T> T await(CompletableFuture<T> outcome, BooleanSupplier isAlive) {
    while (true) {
      try {
        return outcome.get(maxWaitNanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw cancelled(e);
      } catch (TimeoutException e) {
        if (!isAlive.getAsBoolean()) {
          throw hanging();
        }
      } catch (ExecutionException e) {
        throw failure(e);
      }
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
    threads.forEach(ThreadPoolExecutor::shutdown); // slices that are left are refused their turn
    try {
      for (ThreadPoolExecutor pool : threads) {
        if (!pool.awaitTermination(MAX_CLOSE_SECONDS, TimeUnit.SECONDS)) {
          break;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.forEach(pool -> pool.shutdownNow().forEach(DiskExecutor::refuse));
  }

  static DragonflyException unavailable(String why) {
    return new DragonflyException(ErrorCode.UNAVAILABLE, why + "; try again");
  }

  /** What stands in a lane. */
  interface Task extends Runnable {
    void refuse(String why);
  }
}
