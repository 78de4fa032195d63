package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Runs checks at the same time, each on a thread of its own, and waits for none beyond the bound.
 */
public final class Doctor {
  private final Duration bound;
  private final Time time;

  /**
   * @param bound how long all of it may take
   */
  public Doctor(Duration bound, Time time) {
    this.bound = bound;
    this.time = time;
  }

  /** What each check found, in their order. */
  public List<Finding> examine(List<Check> checks) throws InterruptedException {
    List<FutureTask<Diagnosis>> running = new ArrayList<>();
    for (Check check : checks) {
      FutureTask<Diagnosis> task = new FutureTask<>(check::examine);
      // Not virtual: some read files, and a disk that hangs must not hold the others up.
      Threads.daemon("check-" + check.name(), task);
      running.add(task);
    }
    long end = time.nanos() + bound.toNanos();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < checks.size(); i++) {
      findings.add(new Finding(checks.get(i).name(), await(running.get(i), end)));
    }
    return findings;
  }

  private Diagnosis await(FutureTask<Diagnosis> task, long end) throws InterruptedException {
    try {
      return task.get(Math.max(0, end - time.nanos()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return Diagnosis.problem(
          "no answer within " + bound.toSeconds() + " s",
          "look for what hangs: disk, DNS, network");
    } catch (ExecutionException e) {
      return Diagnosis.notChecked("the check itself failed: " + e.getCause(), "");
    }
  }

  /** A value that several checks need and the first of them computes. */
  static <T> Supplier<T> once(Supplier<T> computation) {
    FutureTask<T> task = new FutureTask<>(computation::get);
    return () -> {
      task.run(); // By whoever comes first; all others wait.
      try {
        return task.get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof DragonflyException known) {
          throw known;
        }
        throw new IllegalStateException(e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    };
  }
}
