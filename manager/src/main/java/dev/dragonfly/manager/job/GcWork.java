package dev.dragonfly.manager.job;

import dev.dragonfly.manager.audit.Audits;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.JsonNodeFactory;

/** Removes audits and jobs that are older than operators want to keep them, so many at a time. */
@Component
final class GcWork implements JobWork {
  private static final Logger LOG = LoggerFactory.getLogger(GcWork.class);

  /** What has not ended stays, however old it is. */
  private static final String PURGE_JOBS =
      """
      DELETE FROM jobs WHERE id IN (SELECT id FROM jobs
          WHERE state <> 'PENDING' AND created_at < now() - :micros * interval '1 microsecond'
          ORDER BY created_at LIMIT :batch)
      """;

  private final JobArgs args;
  private final JobQueue queue;
  private final Audits audits;
  private final JdbcClient jdbc;

  GcWork(JobArgs args, JobQueue queue, Audits audits, JdbcClient jdbc) {
    this.args = args;
    this.queue = queue;
    this.audits = audits;
    this.jdbc = jdbc;
  }

  @Override
  public Set<JobType> types() {
    return Set.of(JobType.GC);
  }

  @Override
  public void run(JobRun run) {
    GcArgs gc = args.open(run, GcArgs.class);
    Duration age = Duration.ofNanos(gc.ttl() == null ? 0 : gc.ttl());
    boolean ofAudits = "audit".equals(gc.type());
    long purged = 0;
    int last;
    do {
      last = ofAudits ? audits.purge(age, GcArgs.BATCH) : purgeJobs(age);
      purged += last;
    } while (last == GcArgs.BATCH && run.stop().isEmpty());
    LOG.info("old rows removed of={} count={} olderThan={}", gc.type(), purged, age);
    queue.finish(
        run.lease(),
        JobState.SUCCESS,
        JsonDocument.of(JsonNodeFactory.instance.objectNode().put("purged", purged)));
  }

  private int purgeJobs(Duration age) {
    return jdbc.sql(PURGE_JOBS)
        .param("micros", age.toNanos() / 1_000)
        .param("batch", GcArgs.BATCH)
        .update();
  }
}
