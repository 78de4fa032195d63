package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.joblist.JobKeys;
import dev.dragonfly.common.joblist.JobKind;
import dev.dragonfly.common.joblist.Signature;
import dev.dragonfly.common.joblist.TaskState;
import dev.dragonfly.common.observe.LogPause;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.JobList;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the jobs that a manager of upstream puts on this scheduler's list: takes one whenever there
 * is a place for it, and keeps its state where the manager looks. A job is taken once; that of a
 * scheduler that dies stays as it was, and its manager gives up on it by itself.
 */
public final class JobListWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobListWorker.class);
  private static final int MOST_RUNNING = 16;
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LAST_PAUSE = Duration.ofSeconds(30);
  private static final int END_SECONDS = 2;
  private static final int KEEP_ATTEMPTS = 5;

  private final JobList list;
  private final String queue;
  private final Work work;
  private final Time time;
  private final Timers timers;
  private final Executor executor;
  private final Consumer<String> outcomes;
  private final LogPause logPause;
  private final Semaphore places = new Semaphore(MOST_RUNNING);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Does jobs. */
  public interface Work extends AutoCloseable {
    /**
     * Does one; blocks until it is done.
     *
     * @return the answer, as JSON
     * @throws DragonflyException what the manager is told
     */
    String run(JobKind kind, Signature job);

    /** Ends what runs. */
    @Override
    void close();
  }

  /**
   * @param executor makes a virtual thread for each job
   * @param outcomes hears {@code succeeded}, {@code failed} or {@code unreadable}
   */
  public JobListWorker(
      JobList list,
      String queue,
      Work work,
      Time time,
      Timers timers,
      Executor executor,
      Consumer<String> outcomes) {
    this.list = list;
    this.queue = queue;
    this.work = work;
    this.time = time;
    this.timers = timers;
    this.executor = executor;
    this.outcomes = outcomes;
    this.logPause = new LogPause(time);
  }

  /** Begins in the background. */
  public void start() {
    executor.execute(this::takeJobs);
  }

  /** Ends what runs, and gives it a moment to say so. */
  @Override
  public void close() {
    closed.countDown();
    work.close();
    try {
      // One place is that of the next job, for which somebody still waits at the list.
      if (!places.tryAcquire(MOST_RUNNING - 1, END_SECONDS, TimeUnit.SECONDS)) {
        LOG.info("jobs of the list are left behind queue={}", queue);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void takeJobs() {
    Duration pause = FIRST_PAUSE;
    try {
      while (closed.getCount() > 0) {
        // First the place, then the job: one that waits in the list is not lost with us.
        places.acquire();
        Optional<String> next = Optional.empty();
        try {
          next = list.take(queue, LOOK);
          pause = FIRST_PAUSE;
        } catch (DragonflyException e) {
          if (closed.getCount() > 0 && logPause.isOver(queue)) {
            LOG.warn(
                "job list not read (without a manager of upstream set jobs.enabled: false) queue={} error=\"{}\"",
                queue,
                e.getMessage());
          }
          sleep(pause);
          pause =
              pause.multipliedBy(2).compareTo(LAST_PAUSE) > 0 ? LAST_PAUSE : pause.multipliedBy(2);
        }
        begin(next);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void begin(Optional<String> next) {
    if (next.isEmpty()) {
      places.release();
      return;
    }
    executor.execute(() -> {
      try {
        handle(next.get());
      } finally {
        places.release();
      }
    });
  }

  private void handle(String text) {
    Signature job;
    TaskState state;
    try {
      job = Signature.read(text);
      // Who asked is told his own words for the time and the name.
      state = list.find(job.uuid()).map(TaskState::read).orElse(TaskState.pending(job, time.now()));
      keep(state.received());
    } catch (DragonflyException e) {
      LOG.warn("job of the list dropped queue={} error=\"{}\"", queue, e.getMessage());
      outcomes.accept("unreadable");
      return;
    }
    TaskState end;
    try {
      keep(state.started());
      LOG.info("job of the list begins job={} name={}", job.uuid(), job.name());
      JobKind kind =
          JobKind.of(job.name())
              .orElseThrow(() ->
                  new DragonflyException(
                      ErrorCode.UNIMPLEMENTED, "this scheduler knows no job of this name"));
      end = state.succeeded(work.run(kind, job));
      outcomes.accept("succeeded");
    } catch (DragonflyException e) {
      end = state.failed(String.valueOf(e.getMessage()));
      outcomes.accept("failed");
    } catch (RuntimeException e) {
      LOG.error("job of the list broke job={} name={}", job.uuid(), job.name(), e);
      end = state.failed("the scheduler failed: " + e);
      outcomes.accept("failed");
    }
    LOG.info(
        "job of the list ended job={} name={} state={} error=\"{}\"",
        job.uuid(),
        job.name(),
        end.state(),
        end.error());
    keepEnd(end);
  }

  private void keep(TaskState state) {
    list.keep(state.taskUuid(), state.json(), JobKeys.KEPT);
  }

  /** The manager waits for it for an hour: a moment without Redis must not hide it. */
  private void keepEnd(TaskState end) {
    Duration pause = FIRST_PAUSE;
    for (int attempt = 1; ; attempt++) {
      try {
        keep(end);
        return;
      } catch (DragonflyException e) {
        if (attempt == KEEP_ATTEMPTS || closed.getCount() == 0) {
          LOG.warn("end of a job not told job={} error=\"{}\"", end.taskUuid(), e.getMessage());
          return;
        }
      }
      try {
        sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      pause = pause.multipliedBy(2);
    }
  }

  /** Waits; ends at once when this is closed. */
  private void sleep(Duration pause) throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    Timers.Timer timer = timers.after(pause, over::countDown);
    try {
      while (closed.getCount() > 0 && !over.await(1, TimeUnit.SECONDS)) {
        // Looks whether this was closed meanwhile.
      }
    } finally {
      timer.cancel();
    }
  }
}
