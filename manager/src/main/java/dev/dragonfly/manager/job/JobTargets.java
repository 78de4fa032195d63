package dev.dragonfly.manager.job;

import dev.dragonfly.manager.job.JobTarget.TargetState;
import dev.dragonfly.manager.job.TargetChange.Ended;
import dev.dragonfly.manager.job.TargetChange.Planned;
import dev.dragonfly.manager.job.TargetChange.Progressed;
import dev.dragonfly.manager.row.Texts;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The contents of jobs and what became of each on each host. The first outcome of a target stays.
 * Blocks on the database.
 */
@Component
final class JobTargets {
  private static final int MAX_FAILURE = 2_000;
  private static final int MAX_NAME = 256;
  private static final String PLAN =
      """
      INSERT INTO job_targets (part_id, position, host_id, job_id, host_name, ip, host_type, state, change)
      VALUES (?, ?, ?, ?, ?, ?, ?, 'PLANNED', ?) ON CONFLICT DO NOTHING
      """;
  private static final String PROGRESS =
      """
      UPDATE job_targets SET state = 'RUNNING', finished_bytes = ?, content_length = ?, change = ?
      WHERE part_id = ? AND position = ? AND host_id = ? AND state IN ('PLANNED', 'RUNNING')
      """;
  private static final String END =
      """
      INSERT INTO job_targets (part_id, position, host_id, job_id, host_name, ip, host_type, state,
          finished_bytes, content_length, origin_bytes, failure, change)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (part_id, position, host_id) DO UPDATE SET state = excluded.state,
          finished_bytes = excluded.finished_bytes, content_length = excluded.content_length,
          origin_bytes = excluded.origin_bytes, failure = excluded.failure, change = excluded.change
      WHERE job_targets.state IN ('PLANNED', 'RUNNING')
      """;
  private static final String SELECT =
      """
      SELECT p.scheduler_cluster_id, c.url, t.host_id, t.host_name, t.ip, t.host_type, t.state,
          t.finished_bytes, t.content_length, t.origin_bytes, t.failure
      FROM job_targets t JOIN job_parts p ON p.id = t.part_id
          JOIN job_contents c ON c.job_id = t.job_id AND c.position = t.position
      """;

  private final JdbcClient jdbc;
  private final JdbcTemplate batches;
  private final JobQueue queue;

  JobTargets(JdbcClient jdbc, JdbcTemplate batches, JobQueue queue) {
    this.jdbc = jdbc;
    this.batches = batches;
    this.queue = queue;
  }

  /** What a job is to fetch, in order. */
  List<String> contents(long jobId) {
    return jdbc.sql("SELECT url FROM job_contents WHERE job_id = :job ORDER BY position")
        .param("job", jobId)
        .query(String.class)
        .list();
  }

  /** All targets of a part. */
  List<JobTarget> ofPart(long partId) {
    return jdbc.sql(SELECT + "WHERE t.part_id = :part ORDER BY t.position, t.host_id")
        .param("part", partId)
        .query(JobTargets::read)
        .list();
  }

  /** Those of a job that changed after {@code change}; at most so many, in the order of changes. */
  List<JobTarget> changedAfter(long jobId, long change, long until) {
    return jdbc.sql(
            SELECT
                + """
                WHERE t.job_id = :job AND t.change > :after AND t.change <= :until
                ORDER BY t.position, t.host_id
                """)
        .param("job", jobId)
        .param("after", change)
        .param("until", until)
        .query(JobTargets::read)
        .list();
  }

  /**
   * Writes changes with the next number, all or nothing.
   *
   * @throws LeaseLostException when the job is no longer ours
   */
  void write(JobLease lease, List<TargetChange> changes) {
    queue.fenced(
        lease,
        () -> {
          long number = jdbc.sql("SELECT nextval('job_target_changes')").query(Long.class).single();
          writeAs(number, lease.jobId(), changes);
        });
  }

  /** Ends what has not ended: nobody works on it any more. */
  void abandon(JobLease lease, String failure) {
    queue.fenced(
        lease,
        () ->
            jdbc.sql(
                    """
                    UPDATE job_targets SET state = 'FAILURE', failure = :failure,
                        change = nextval('job_target_changes')
                    WHERE job_id = :job AND state IN ('PLANNED', 'RUNNING')
                    """)
                .param("failure", Texts.cut(failure, MAX_FAILURE))
                .param("job", lease.jobId())
                .update());
  }

  private void writeAs(long number, long jobId, List<TargetChange> changes) {
    List<Object[]> plans = new ArrayList<>();
    List<Object[]> progress = new ArrayList<>();
    List<Object[]> ends = new ArrayList<>();
    for (TargetChange change : changes) {
      switch (change) {
        case Planned planned -> plans.add(plan(planned, jobId, number));
        case Progressed progressed -> progress.add(progress(progressed, number));
        case Ended ended -> ends.add(end(ended, jobId, number));
      }
    }
    // In this order: a target is planned before it goes on, and its end is the last word.
    batch(PLAN, plans);
    batch(PROGRESS, progress);
    batch(END, ends);
  }

  private void batch(String sql, List<Object[]> rows) {
    if (!rows.isEmpty()) {
      batches.batchUpdate(sql, rows);
    }
  }

  private static Object[] plan(Planned planned, long jobId, long number) {
    return new Object[] {
      planned.partId(),
      planned.position(),
      planned.hostId(),
      jobId,
      Texts.cut(planned.host().hostname(), MAX_NAME),
      Texts.cut(planned.host().ip(), MAX_NAME),
      planned.host().type(),
      number
    };
  }

  private static Object[] progress(Progressed progressed, long number) {
    return new Object[] {
      progressed.finishedBytes(),
      progressed.contentLength(),
      number,
      progressed.partId(),
      progressed.position(),
      progressed.hostId()
    };
  }

  private static Object[] end(Ended ended, long jobId, long number) {
    boolean held = ended.failure().isEmpty();
    return new Object[] {
      ended.partId(),
      ended.position(),
      ended.hostId(),
      jobId,
      Texts.cut(ended.host().hostname(), MAX_NAME),
      Texts.cut(ended.host().ip(), MAX_NAME),
      ended.host().type(),
      (held ? TargetState.SUCCESS : TargetState.FAILURE).name(),
      held ? ended.contentLength() : 0,
      ended.contentLength(),
      ended.originBytes(),
      Texts.cut(ended.failure(), MAX_FAILURE),
      number
    };
  }

  private static JobTarget read(ResultSet row, int n) throws SQLException {
    return new JobTarget(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        TargetState.valueOf(row.getString(7)),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getString(11));
  }
}
