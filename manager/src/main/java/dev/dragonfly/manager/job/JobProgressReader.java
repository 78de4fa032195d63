package dev.dragonfly.manager.job;

import dev.dragonfly.manager.job.JobProgress.PartProgress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** How far jobs are, whichever manager works on them. Blocks on the database. */
@Component
public final class JobProgressReader {
  private static final String PROGRESS =
      """
      SELECT j.id, j.type, j.state, j.cancelled,
          (SELECT count(*) FROM job_contents c WHERE c.job_id = j.id),
          count(t.host_id), count(*) FILTER (WHERE t.state = 'SUCCESS'),
          count(*) FILTER (WHERE t.state = 'FAILURE'), coalesce(sum(t.finished_bytes), 0),
          coalesce(sum(t.content_length), 0), coalesce(sum(t.origin_bytes), 0), coalesce(max(t.change), 0)
      FROM jobs j LEFT JOIN job_targets t ON t.job_id = j.id WHERE j.id = :job GROUP BY j.id
      """;

  private final JdbcClient jdbc;
  private final JobParts parts;
  private final JobTargets targets;

  JobProgressReader(JdbcClient jdbc, JobParts parts, JobTargets targets) {
    this.jdbc = jdbc;
    this.parts = parts;
    this.targets = targets;
  }

  /** The sums; empty when there is no such job. */
  public Optional<JobProgress> read(long jobId) {
    List<PartProgress> each =
        parts.of(jobId).stream()
            .map(part ->
                new PartProgress(
                    part.clusterId(), part.scheduler().hostname(), part.state(), part.error()))
            .toList();
    // Last: a job that has ended here has no changes that are not counted.
    return jdbc.sql(PROGRESS).param("job", jobId).query((row, n) -> progress(row, each)).optional();
  }

  /** The targets that changed after one number and not after another. */
  public List<JobTarget> changes(long jobId, long after, long until) {
    return after >= until ? List.of() : targets.changedAfter(jobId, after, until);
  }

  private static JobProgress progress(ResultSet row, List<PartProgress> parts) throws SQLException {
    return new JobProgress(
        row.getLong(1),
        row.getString(2),
        JobState.valueOf(row.getString(3)),
        row.getBoolean(4),
        row.getLong(5),
        row.getLong(6),
        row.getLong(7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        row.getLong(11),
        row.getLong(12),
        parts);
  }
}
