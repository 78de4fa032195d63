package dev.dragonfly.manager.job;

import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import dev.dragonfly.manager.row.BaseRow;
import dev.dragonfly.manager.row.Texts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The parts of jobs, and what clients see of them all. Blocks on the database. */
@Component
final class JobParts {
  private static final int MAX_ERROR = 4_000;

  private final JdbcClient jdbc;
  private final JobQueue queue;
  private final JobTargets targets;

  JobParts(JdbcClient jdbc, JobQueue queue, JobTargets targets) {
    this.jdbc = jdbc;
    this.queue = queue;
    this.targets = targets;
  }

  /** In the order in which they were made. */
  List<JobPart> of(long jobId) {
    return jdbc.sql(
            """
            SELECT id, scheduler_cluster_id, host_name, ip, port, task_uuid, state, error, results
            FROM job_parts WHERE job_id = :job ORDER BY id
            """)
        .param("job", jobId)
        .query((row, n) ->
            new JobPart(
                row.getLong(1),
                new SchedulerAddress(
                    row.getLong(2), row.getString(3), row.getString(4), row.getInt(5)),
                row.getString(6),
                JobState.valueOf(row.getString(7)),
                row.getString(8),
                document(row.getString(9))))
        .list();
  }

  /** Those that no earlier worker has ended. */
  List<JobPart> pending(long jobId) {
    return of(jobId).stream().filter(part -> part.state() == JobState.PENDING).toList();
  }

  /** Ends a part and shows it. */
  void end(JobLease lease, JobPart part, JobState state, String error, @Nullable ObjectNode found) {
    queue.fenced(
        lease,
        () -> {
          jdbc.sql(
                  """
                  UPDATE job_parts SET state = :state, error = :error, results = :results::jsonb
                  WHERE id = :part AND state = 'PENDING'
                  """)
              .param("state", state.name())
              .param("error", Texts.cut(error, MAX_ERROR))
              .param("results", found == null ? null : found.toString())
              .param("part", part.id())
              .update();
          queue.report(lease, result(lease, JobState.PENDING));
        });
  }

  /** Ends the job as its parts have ended. */
  void finish(JobLease lease) {
    List<JobState> states = of(lease.jobId()).stream().map(JobPart::state).toList();
    if (states.isEmpty()) {
      fail(lease, "the clusters of the job were removed");
      return;
    }
    finish(lease, JobState.of(states));
  }

  private void finish(JobLease lease, JobState state) {
    queue.finish(lease, state, result(lease, state));
  }

  /** Fails whatever has not ended, and with it the job. */
  void fail(JobLease lease, String error) {
    targets.abandon(lease, error);
    for (JobPart part : pending(lease.jobId())) {
      List<JobTarget> reached = targets.ofPart(part.id());
      ObjectNode found = reached.isEmpty() ? null : PreheatResults.of(part.clusterId(), reached);
      end(lease, part, JobState.FAILURE, error, found);
    }
    JsonDocument result = result(lease, JobState.FAILURE);
    ObjectNode node = result.node();
    if (of(lease.jobId()).isEmpty()) {
      node.put("error", error);
    }
    queue.finish(lease, JobState.FAILURE, JsonDocument.of(node));
  }

  private JsonDocument result(JobLease lease, JobState state) {
    Head head =
        jdbc.sql("SELECT task_id, created_at, now() FROM jobs WHERE id = :job")
            .param("job", lease.jobId())
            .query((row, n) ->
                new Head(
                    row.getString(1),
                    row.getTimestamp(2).toInstant(),
                    row.getTimestamp(3).toInstant()))
            .optional()
            .orElseGet(() -> new Head("", BaseRow.NEVER, BaseRow.NEVER));
    ObjectNode result = JsonNodeFactory.instance.objectNode();
    result.put("group_uuid", head.taskId());
    result.put("state", state.name());
    result.put("created_at", head.createdAt().toString());
    result.put("updated_at", head.now().toString());
    ArrayNode states = result.putArray("job_states");
    for (JobPart part : of(lease.jobId())) {
      ObjectNode one = states.addObject();
      one.put("task_uuid", part.taskUuid());
      one.put("task_name", lease.type().word());
      one.put("state", part.state().name());
      one.putNull("results");
      part.results().ifPresent(found -> one.putArray("results").add(found.node()));
      one.put("error", part.error());
      one.put("created_at", head.createdAt().toString());
      one.put("ttl", 0);
    }
    return JsonDocument.of(result);
  }

  private static Optional<JsonDocument> document(@Nullable String text) {
    return Optional.ofNullable(text).map(JsonDocument::new);
  }

  /** What clients see of the group of tasks. */
  private record Head(String taskId, Instant createdAt, Instant now) {}
}
