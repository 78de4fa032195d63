package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Jobs that wait, and who works on which. A manager takes a job for a while and renews; a lapsed
 * job is anybody's. Times are those of the database, because managers compare what others wrote.
 * Every write of a worker goes through {@link #fenced}: whoever lost the job writes nothing more.
 * Blocks on the database: call from a virtual thread.
 */
@Component
public final class JobQueue {
  private static final String TAKE =
      """
      WITH next AS MATERIALIZED (
          SELECT id FROM jobs
          WHERE state = 'PENDING' AND (lease_until IS NULL OR lease_until < now()) AND (:job = 0 OR id = :job)
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
      UPDATE jobs SET lease_owner = :owner, lease_generation = lease_generation + 1,
          lease_until = now() + :lease * interval '1 millisecond'
      FROM next WHERE jobs.id = next.id
      RETURNING jobs.id, jobs.type, jobs.lease_generation
      """;

  private final JdbcClient jdbc;
  private final JdbcTemplate batches;
  private final TransactionOperations transactions;
  private final JobSecrets secrets;
  private final JobMeters meters;
  private final Duration lease;

  JobQueue(
      JdbcClient jdbc,
      JdbcTemplate batches,
      TransactionOperations transactions,
      JobSecrets secrets,
      JobMeters meters,
      JobsConfig config) {
    this.jdbc = jdbc;
    this.batches = batches;
    this.transactions = transactions;
    this.secrets = secrets;
    this.meters = meters;
    this.lease = config.lease();
  }

  /** Makes a job that waits for a worker, all or nothing of it; returns its number. */
  @SuppressWarnings("NullAway") // The work never returns null, so neither does the transaction.
  long create(NewJob job) {
    return transactions.execute(status -> insert(job));
  }

  /** Takes the oldest job that nobody works on. */
  Optional<JobLease> take(String owner) {
    return take(owner, 0);
  }

  /** Takes this job, if nobody works on it and it has not ended. */
  Optional<JobLease> take(String owner, long jobId) {
    return jdbc.sql(TAKE)
        .param("job", jobId)
        .param("owner", owner)
        .param("lease", lease.toMillis())
        .query((row, n) ->
            new JobLease(
                row.getLong(1), JobType.of(row.getString(2)).orElseThrow(), row.getLong(3)))
        .optional();
  }

  /** Keeps a job for another while; empty when it is no longer ours. */
  Optional<Renewal> renew(JobLease held) {
    return jdbc.sql(
            """
            UPDATE jobs SET lease_until = now() + :lease * interval '1 millisecond'
            WHERE id = :job AND lease_generation = :generation AND state = 'PENDING'
            RETURNING cancelled
            """)
        .param("lease", lease.toMillis())
        .param("job", held.jobId())
        .param("generation", held.generation())
        .query((row, n) -> new Renewal(row.getBoolean(1)))
        .optional();
  }

  /** Gives a job back before it has ended: another manager need not wait for the lease to lapse. */
  void release(JobLease held) {
    jdbc.sql(
            """
            UPDATE jobs SET lease_until = now(), lease_owner = ''
            WHERE id = :job AND lease_generation = :generation AND state = 'PENDING'
            """)
        .param("job", held.jobId())
        .param("generation", held.generation())
        .update();
  }

  /**
   * Does what writes for a job, in one transaction, while nobody can take it.
   *
   * @throws LeaseLostException when it is no longer ours; then nothing is written
   */
  void fenced(JobLease held, Runnable write) {
    transactions.executeWithoutResult(status -> {
      // Waits for a take that is under way, and makes the next one wait for us.
      boolean ours =
          jdbc.sql(
                  """
                  SELECT true FROM jobs WHERE id = :job AND lease_generation = :generation AND state = 'PENDING'
                  FOR NO KEY UPDATE
                  """)
              .param("job", held.jobId())
              .param("generation", held.generation())
              .query(Boolean.class)
              .optional()
              .isPresent();
      if (!ours) {
        throw new LeaseLostException(held);
      }
      write.run();
    });
  }

  /** Shows how far a job is. */
  void report(JobLease held, JsonDocument result) {
    fenced(held, () -> set(held, JobState.PENDING, result));
  }

  /** Ends a job; its secrets are gone with that. */
  void finish(JobLease held, JobState state, JsonDocument result) {
    fenced(
        held,
        () -> {
          set(held, state, result);
          secrets.forget(held.jobId());
        });
    meters.ended(held.type(), state);
  }

  /**
   * Asks whoever works on a job to stop.
   *
   * @return false when it has ended or there is none
   */
  boolean cancel(long jobId) {
    return jdbc.sql("UPDATE jobs SET cancelled = true WHERE id = :job AND state = 'PENDING'")
            .param("job", jobId)
            .update()
        == 1;
  }

  boolean isCancelled(long jobId) {
    return jdbc.sql("SELECT cancelled FROM jobs WHERE id = :job")
        .param("job", jobId)
        .query(Boolean.class)
        .optional()
        .orElse(true);
  }

  /** How many wait for a worker. */
  long waiting() {
    return jdbc.sql(
            """
            SELECT count(*) FROM jobs
            WHERE state = 'PENDING' AND (lease_until IS NULL OR lease_until < now())
            """)
        .query(Long.class)
        .single();
  }

  private void set(JobLease held, JobState state, JsonDocument result) {
    jdbc.sql(
            """
            UPDATE jobs SET state = :state, result = :result::jsonb, updated_at = now() WHERE id = :job
            """)
        .param("state", state.name())
        .param("result", result.text())
        .param("job", held.jobId())
        .update();
  }

  private long insert(NewJob job) {
    long id =
        jdbc.sql(
                """
                INSERT INTO jobs (created_at, updated_at, task_id, bio, type, args, user_id)
                VALUES (now(), now(), :taskId, :bio, :type, :args::jsonb, :user) RETURNING id
                """)
            .param("taskId", job.taskId())
            .param("bio", job.bio())
            .param("type", job.type().word())
            .param("args", job.args().text())
            .param("user", job.userId())
            .query(Long.class)
            .single();
    for (long cluster : job.clusters()) {
      insertPart(id, new SchedulerAddress(cluster, "", "", 0));
    }
    job.schedulers().forEach(scheduler -> insertPart(id, scheduler));
    List<Object[]> contents = new ArrayList<>();
    for (int i = 0; i < job.contents().size(); i++) {
      contents.add(new Object[] {id, i, job.contents().get(i)});
    }
    batches.batchUpdate(
        "INSERT INTO job_contents (job_id, position, url) VALUES (?, ?, ?)", contents);
    if (!job.secrets().equals(JsonDocument.EMPTY)) {
      secrets.keep(id, job.secrets());
    }
    return id;
  }

  private void insertPart(long jobId, SchedulerAddress scheduler) {
    jdbc.sql(
            """
            INSERT INTO job_parts (job_id, scheduler_cluster_id, host_name, ip, port, task_uuid)
            VALUES (:job, :cluster, :hostName, :ip, :port, :uuid)
            """)
        .param("job", jobId)
        .param("cluster", scheduler.clusterId())
        .param("hostName", scheduler.hostname())
        .param("ip", scheduler.ip())
        .param("port", scheduler.port())
        .param("uuid", "task_" + UUID.randomUUID())
        .update();
  }

  /** The job is ours for another while. */
  record Renewal(boolean cancelled) {}
}
