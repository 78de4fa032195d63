package dev.dragonfly.manager.job;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.manager.job.JobRun.Stop;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Works on jobs: so many at once, each on a virtual thread of its own. Looks for jobs once a second
 * and whenever one was made here, and renews what it has. A job whose lease could not be renewed in
 * time is stopped before another manager may take it.
 */
@Component
public final class JobWorkers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobWorkers.class);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A job that ended so many managers is not given to the next. */
  private static final int MAX_TAKINGS = 20;

  private final JobQueue queue;
  private final JobParts parts;
  private final Map<JobType, JobWork> works = new ConcurrentHashMap<>();
  private final JobChanges changes;
  private final JobMeters meters;
  private final JobsConfig config;
  private final Time time;
  private final Timers timers;
  private final String owner = UUID.randomUUID().toString();
  private final Map<Long, JobRun> runs = new ConcurrentHashMap<>();
  private final AtomicInteger looks = new AtomicInteger();
  private volatile boolean closed;
  private Timers.Timer timer = () -> {};

  JobWorkers(
      JobQueue queue,
      JobParts parts,
      List<JobWork> works,
      JobChanges changes,
      JobMeters meters,
      JobsConfig config,
      Clock clock) {
    this.queue = queue;
    this.parts = parts;
    works.forEach(work -> work.types().forEach(type -> this.works.put(type, work)));
    this.changes = changes;
    this.meters = meters;
    this.config = config;
    this.time = clock.time();
    this.timers = clock.timers();
  }

  /** Begins to work. */
  public void start() {
    timer = timers.every(LOOK, this::wake);
    wake();
  }

  /** Stops working; other managers go on with what is not finished. Waits for nobody. */
  @Override
  public void close() {
    closed = true;
    timer.cancel();
    runs.values().forEach(run -> run.stop(Stop.LEAVING));
  }

  /** Looks for jobs now, on a thread of its own. */
  void wake() {
    // One looks at a time; who comes meanwhile makes it look once more.
    if (looks.getAndIncrement() == 0) {
      Threads.virtual("job-look", this::lookAgain);
    }
  }

  /** How many are worked on here. */
  int running() {
    return runs.size();
  }

  /** Works on a job in the calling thread, if nobody else does. */
  void runHere(long jobId) {
    queue.take(owner, jobId).ifPresent(lease -> work(begin(lease)));
  }

  /** Stops a job, or ends it where nobody works on it. */
  void cancel(long jobId) {
    if (!queue.cancel(jobId)) {
      return;
    }
    LOG.info("job cancelled job={}", jobId);
    JobRun run = runs.get(jobId);
    if (run != null) {
      run.stop(Stop.CANCELLED);
    } else {
      runHere(jobId);
    }
  }

  private void lookAgain() {
    int seen;
    do {
      seen = looks.get();
      try {
        renew();
        take();
      } catch (DataAccessException | TransactionException e) {
        LOG.warn("looking for jobs failed, next try in {} cause={}", LOOK, e.toString());
      }
      stopLapsed();
    } while (!looks.compareAndSet(seen, 0));
  }

  private void renew() {
    for (JobRun run : runs.values()) {
      long asked = time.nanos();
      Optional<JobQueue.Renewal> renewal = queue.renew(run.lease());
      if (renewal.isEmpty()) {
        run.stop(Stop.LOST);
      } else {
        run.renewed(asked + config.lease().toNanos());
        if (renewal.get().cancelled()) {
          run.stop(Stop.CANCELLED);
        }
      }
    }
  }

  private void stopLapsed() {
    long now = time.nanos();
    for (JobRun run : runs.values()) {
      if (run.hasLapsed(now)) {
        LOG.warn("lease could not be renewed in time, work stops {}", run.lease());
        run.stop(Stop.LOST);
      }
    }
  }

  private void take() {
    while (!closed && runs.size() < config.workers()) {
      Optional<JobLease> lease = queue.take(owner);
      if (lease.isEmpty()) {
        return;
      }
      JobRun run = begin(lease.get());
      Threads.virtual("job-" + run.jobId(), () -> work(run));
    }
  }

  private JobRun begin(JobLease lease) {
    long jobId = lease.jobId();
    long validUntil = time.nanos() + config.lease().toNanos();
    JobRun run = new JobRun(lease, validUntil, () -> changes.signal(jobId));
    runs.put(jobId, run);
    if (closed) {
      run.stop(Stop.LEAVING);
    }
    meters.running(runs.size());
    if (lease.isTakeover()) {
      meters.tookOver();
      LOG.warn("job taken over {}", lease);
    } else {
      LOG.info("job begins {}", lease);
    }
    return run;
  }

  private void work(JobRun run) {
    JobLease lease = run.lease();
    try {
      run.begin();
      end(run, attempt(run));
    } catch (LeaseLostException e) {
      LOG.warn("job lost {}", lease);
    } catch (DataAccessException | TransactionException e) {
      // The lease lapses, and whoever has a database goes on.
      LOG.warn("job left {} cause={}", lease, e.toString());
    } finally {
      run.end();
      runs.remove(run.jobId(), run);
      meters.running(runs.size());
      changes.signal(run.jobId());
      if (!closed) {
        wake();
      }
    }
  }

  /** Works; returns why it failed, empty when the work said itself how the job ended. */
  private Optional<String> attempt(JobRun run) {
    JobLease lease = run.lease();
    if (lease.generation() > MAX_TAKINGS) {
      return Optional.of(
          "given up: %d managers ended while they worked on it".formatted(MAX_TAKINGS));
    }
    if (queue.isCancelled(lease.jobId())) {
      run.stop(Stop.CANCELLED);
      return Optional.empty();
    }
    JobWork work = works.get(lease.type());
    if (work == null) {
      throw new IllegalStateException("nobody does jobs of type " + lease.type());
    }
    try {
      work.run(run);
      return Optional.empty();
    } catch (DragonflyException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (LeaseLostException | DataAccessException | TransactionException e) {
      if (run.stop().isPresent()) {
        // An interrupt breaks whatever was on its way to the database.
        return Optional.empty();
      }
      throw e;
    } catch (RuntimeException e) {
      LOG.error("job failed unexpectedly {}", lease, e);
      return Optional.of("internal error: " + e);
    }
  }

  private void end(JobRun run, Optional<String> failure) {
    JobLease lease = run.lease();
    Optional<Stop> stop = run.stop();
    run.end();
    if (stop.isPresent()) {
      switch (stop.get()) {
        case CANCELLED -> parts.fail(lease, "cancelled");
        case LEAVING -> {
          queue.release(lease);
          LOG.info("job given back {}", lease);
          return;
        }
        case LOST -> throw new LeaseLostException(lease);
      }
    } else {
      failure.ifPresent(error -> parts.fail(lease, error));
    }
    LOG.info("job ended {} stop={} failure={}", lease, stop, failure);
  }
}
