package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Callers who ask for a task that is not here yet: a scheduler may name a parent a moment before
 * that hears of the task itself. One timer looks for all of them, answers run on virtual threads.
 * Safe for any thread.
 */
final class AwaitedTasks {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);
  private static final int LOOKS = 100;
  private static final int MOST_WAITING = 1024;

  private final TaskStore store;
  private final Timers timers;
  private final List<Waiter> waiting = new ArrayList<>();

  private static final class Waiter {
    private final TaskId task;
    private final BooleanSupplier gone;
    private final Consumer<Optional<StoredTask>> then;
    private int looks = LOOKS;

    Waiter(TaskId task, BooleanSupplier gone, Consumer<Optional<StoredTask>> then) {
      this.task = task;
      this.gone = gone;
      this.then = then;
    }
  }

  AwaitedTasks(TaskStore store, Timers timers) {
    this.store = store;
    this.timers = timers;
  }

  /**
   * Passes the task on, at once if it is here, or nothing after 5 s or when too many wait.
   *
   * @param gone whether the caller does not wait any more; he is then told nothing
   */
  void whenThere(TaskId task, BooleanSupplier gone, Consumer<Optional<StoredTask>> then) {
    Optional<StoredTask> stored = store.find(task);
    if (stored.isPresent() || !await(new Waiter(task, gone, then))) {
      then.accept(stored);
    }
  }

  private synchronized boolean await(Waiter waiter) {
    if (waiting.size() >= MOST_WAITING) {
      return false;
    }
    waiting.add(waiter);
    if (waiting.size() == 1) {
      timers.after(LOOK_AGAIN, this::look);
    }
    return true;
  }

  /** On the timer thread: looks only. */
  private synchronized void look() {
    for (Iterator<Waiter> all = waiting.iterator(); all.hasNext(); ) {
      Waiter waiter = all.next();
      waiter.looks--;
      Optional<StoredTask> stored = store.find(waiter.task);
      if (waiter.gone.getAsBoolean()) {
        all.remove();
      } else if (stored.isPresent() || waiter.looks == 0) {
        all.remove();
        Threads.virtual("rpc-awaited-task", () -> waiter.then.accept(stored));
      }
    }
    if (!waiting.isEmpty()) {
      timers.after(LOOK_AGAIN, this::look);
    }
  }
}
