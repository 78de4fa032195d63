package dev.dragonfly.manager.job;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.time.Timers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Begins what is done again and again. When is kept in the database: of all managers the one that
 * moves the time on makes the job.
 */
@Component
public final class JobSchedules implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JobSchedules.class);
  private static final Duration LOOK = Duration.ofSeconds(10);

  /** The first time comes soon after the first start, when schedulers and peers have come. */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private static final Duration JOB_GC = Duration.ofHours(3);
  private static final Duration AUDIT_GC = Duration.ofHours(6);

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final NewJobs jobs;
  private final JobQueue queue;
  private final JobMeters meters;
  private final JobsConfig config;
  private final Timers timers;
  private final AtomicBoolean looking = new AtomicBoolean();
  private Timers.Timer timer = () -> {};

  JobSchedules(
      JdbcClient jdbc,
      TransactionOperations transactions,
      NewJobs jobs,
      JobQueue queue,
      JobMeters meters,
      JobsConfig config,
      Timers timers) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.jobs = jobs;
    this.queue = queue;
    this.meters = meters;
    this.config = config;
    this.timers = timers;
  }

  /** Begins to look at the time. */
  public void start() {
    timer = timers.every(LOOK, this::tick);
  }

  @Override
  public void close() {
    timer.cancel();
  }

  private void tick() {
    if (looking.compareAndSet(false, true)) {
      Threads.virtual(
          "job-schedules",
          () -> {
            try {
              look();
            } catch (DataAccessException | TransactionException e) {
              LOG.warn(
                  "looking for what is due failed, next try in {} cause={}", LOOK, e.toString());
            } finally {
              looking.set(false);
            }
          });
    }
  }

  /** Makes the jobs that are due. */
  void look() {
    due("audit", AUDIT_GC, () -> jobs.gc("audit", "audit", 0));
    due("job", JOB_GC, () -> jobs.gc("job", "job", 0));
    due("sync_peers", config.syncPeersInterval(), jobs::syncPeers);
    meters.waiting(queue.waiting());
  }

  private void due(String name, Duration interval, Runnable make) {
    try {
      transactions.executeWithoutResult(status -> {
        if (moveOn(name, interval)) {
          make.run();
        }
      });
    } catch (DuplicateKeyException e) {
      LOG.debug("already under way name={}", name);
    } catch (DragonflyException e) {
      // Rolled back with the time: tried again at the next look.
      LOG.debug("not begun name={} cause={}", name, e.getMessage());
    }
  }

  /** Whether it is due, and it was us who moved the time on. */
  private boolean moveOn(String name, Duration interval) {
    // An interval that was made shorter counts from now.
    jdbc.sql(
            """
            INSERT INTO job_schedules (name, due_at)
            VALUES (:name, now() + least(:millis, :first) * interval '1 millisecond') ON CONFLICT (name)
            DO UPDATE SET due_at = now() + :millis * interval '1 millisecond'
            WHERE job_schedules.due_at > now() + :millis * interval '1 millisecond'
            """)
        .param("name", name)
        .param("first", FIRST.toMillis())
        .param("millis", interval.toMillis())
        .update();
    return jdbc.sql(
                """
                UPDATE job_schedules SET due_at = now() + :millis * interval '1 millisecond'
                WHERE name = :name AND due_at <= now()
                """)
            .param("name", name)
            .param("millis", interval.toMillis())
            .update()
        == 1;
  }
}
