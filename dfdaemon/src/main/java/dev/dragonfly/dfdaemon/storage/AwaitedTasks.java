package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Callers who ask for a task that is not here yet: a scheduler may name a parent a moment before
 * that hears of the task itself. The store wakes them, answers run on virtual threads. Safe for any
 * thread; the monitor guards who waits.
 */
public final class AwaitedTasks {
  public static final Duration PATIENCE = Duration.ofSeconds(5);
  public static final int MOST_WAITING = 1024;

  private final TaskStore store;
  private final Timers timers;
  private final Set<Waiter> waiting = new HashSet<>();

  private static final class Waiter {
    private final TaskId task;
    private final BooleanSupplier gone;
    private final Consumer<Optional<StoredTask>> then;
    private volatile Timers.Timer deadline = () -> {};

    Waiter(TaskId task, BooleanSupplier gone, Consumer<Optional<StoredTask>> then) {
      this.task = task;
      this.gone = gone;
      this.then = then;
    }
  }

  public AwaitedTasks(TaskStore store, Timers timers) {
    this.store = store;
    this.timers = timers;
    store.listen(this::opened);
  }

  /**
   * Passes the task on, at once if it is here, or nothing after 5 s or when too many wait.
   *
   * @param gone whether the caller does not wait any more; he is then told nothing
   */
  public void whenThere(TaskId task, BooleanSupplier gone, Consumer<Optional<StoredTask>> then) {
    Waiter waiter = new Waiter(task, gone, then);
    Optional<StoredTask> stored = store.find(task);
    if (stored.isPresent() || !isTaken(waiter)) {
      then.accept(stored);
      return;
    }
    waiter.deadline = timers.after(PATIENCE, () -> end(waiter, Optional.empty()));
    // What was opened between the look and the wait was told to nobody.
    store.find(task).ifPresent(there -> end(waiter, Optional.of(there)));
  }

  private synchronized boolean isTaken(Waiter waiter) {
    if (waiting.size() == MOST_WAITING) {
      waiting.removeIf(other -> other.gone.getAsBoolean());
    }
    return waiting.size() < MOST_WAITING && waiting.add(waiter);
  }

  private void opened(StoredTask task) {
    List<Waiter> all;
    synchronized (this) {
      all = waiting.stream().filter(waiter -> waiter.task.equals(task.id())).toList();
    }
    all.forEach(waiter -> end(waiter, Optional.of(task)));
  }

  /** The store and the deadline may come at the same time: the first of them answers. */
  private void end(Waiter waiter, Optional<StoredTask> stored) {
    synchronized (this) {
      if (!waiting.remove(waiter)) {
        return;
      }
    }
    waiter.deadline.cancel();
    if (!waiter.gone.getAsBoolean()) {
      Threads.virtual("awaited-task", () -> waiter.then.accept(stored));
    }
  }
}
