package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The arguments of jobs with their secrets, for those who work on them. Blocks on the database. */
@Component
final class JobArgs {
  private final JdbcClient jdbc;
  private final JobSecrets secrets;

  JobArgs(JdbcClient jdbc, JobSecrets secrets) {
    this.jdbc = jdbc;
    this.secrets = secrets;
  }

  /** All that was asked for, as a record; never log it. */
  <T> T open(JobRun run, Class<T> type) {
    String shown =
        jdbc.sql("SELECT args FROM jobs WHERE id = :job")
            .param("job", run.jobId())
            .query(String.class)
            .optional()
            .orElseThrow(() -> new LeaseLostException(run.lease()));
    JsonDocument secret = secrets.open(run.jobId());
    return ArgSecrets.join(new JsonDocument(shown), secret).read(type);
  }
}
