package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Jobs that begin by themselves, that are too many, and that are old. */
final class JobUpkeepRestTest extends JobRestFixture {
  JobUpkeepRestTest(RunningManager running) {
    super(running);
  }

  @Test
  void oldJobsGoAndThoseThatRunStay() throws IOException, InterruptedException {
    long id = create(PREHEAT.formatted(""));
    ended(JOBS + "/" + id);
    jdbc.sql("UPDATE jobs SET created_at = now() - interval '7 hours'").update();
    long waiting =
        running
            .bean(JobQueue.class)
            .create(
                NewJob.plain("group_x", JobType.GC, 0, new JsonDocument("{\"type\":\"none\"}")));
    jdbc.sql(
            "UPDATE jobs SET created_at = now() - interval '7 hours', lease_generation = 1, lease_until = now() + interval '1 hour' WHERE id = :id")
        .param("id", waiting)
        .update();
    JsonNode gc =
        json(
            caller.send(
                "POST", JOBS, "{\"type\":\"gc\",\"args\":{\"type\":\"job\"},\"user_id\":1}"));
    assertThat(gc.get("state").asString()).isEqualTo("SUCCESS");
    assertThat(gc.at("/result/purged").asInt()).isEqualTo(1);
    assertThat(gc.at("/args/ttl").asLong()).isEqualTo(21_600_000_000_000L);
    assertThat(gc.at("/user/name").asString()).isEqualTo("root");
    assertThat(caller.get(JOBS + "/" + id).statusCode()).isEqualTo(404);
    assertThat(caller.get(JOBS + "/" + waiting).statusCode()).isEqualTo(200);
  }

  @Test
  void aClusterTakesSoManyJobsInASecond() throws IOException, InterruptedException {
    String body = "{\"type\":\"bogus\",\"scheduler_cluster_ids\":[1]}";
    jdbc.sql(
            "INSERT INTO job_rates VALUES (1, clock_timestamp() + interval '1 hour') ON CONFLICT (scheduler_cluster_id) DO UPDATE SET used_until = excluded.used_until")
        .update();
    HttpResponse<String> refused = caller.send("POST", JOBS, body);
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).isEqualTo("rate limit exceeded");
    jdbc.sql("UPDATE job_rates SET used_until = clock_timestamp()").update();
    assertThat(caller.send("POST", JOBS, body).statusCode()).isEqualTo(422);
    HttpResponse<String> unknown =
        caller.send("POST", JOBS, "{\"type\":\"sync_peers\",\"scheduler_cluster_ids\":[9]}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("scheduler cluster id 9: record not found");
  }

  @Test
  void whatBeginsByItselfBeginsOnceWhateverManagersLook() {
    jdbc.sql("DELETE FROM job_schedules").update();
    JobSchedules schedules = running.bean(JobSchedules.class);
    schedules.look();
    assertThat(jdbc.sql("SELECT count(*) FROM jobs").query(Long.class).single()).isZero();
    jdbc.sql("UPDATE job_schedules SET due_at = now() - interval '1 second'").update();
    schedules.look();
    schedules.look();
    assertThat(
            jdbc.sql("SELECT type || ' ' || task_id FROM jobs WHERE type = 'gc' ORDER BY task_id")
                .query(String.class)
                .list())
        .containsExactly("gc audit", "gc job");
    assertThat(
            jdbc.sql("SELECT count(*) FROM jobs WHERE type = 'sync_peers'")
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }
}
