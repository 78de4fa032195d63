package dev.dragonfly.manager.job;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** Does the same for many things, some at once, each on a virtual thread. */
final class Parallel {
  private Parallel() {}

  /**
   * Returns when all are done; throws what the first of them threw. An interrupt reaches them all.
   *
   * @param atOnce how many
   */
  static <T> void each(String name, Collection<T> things, int atOnce, Consumer<T> work) {
    Semaphore permits = new Semaphore(atOnce);
    List<Callable<Object>> calls =
        things.stream()
            .<Callable<Object>>map(thing ->
                () -> {
                  permits.acquire();
                  try {
                    return Executors.callable(() -> work.accept(thing)).call();
                  } finally {
                    permits.release();
                  }
                })
            .toList();
    try (ExecutorService threads = Threads.newVirtualExecutor(name)) {
      for (Future<Object> done : threads.invokeAll(calls)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while working on a job", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
