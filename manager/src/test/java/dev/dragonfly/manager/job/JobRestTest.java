package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Jobs over REST, as Harbor, the console and people ask for them. */
final class JobRestTest extends JobRestFixture {
  JobRestTest(RunningManager running) {
    super(running);
  }

  @Test
  void harborPreheatsAnImageAndReadsHowItEnds() throws IOException, InterruptedException {
    RestCaller session = caller;
    JsonNode pat =
        json(
            caller.send(
                "POST",
                "/api/v1/personal-access-tokens",
                "{\"name\":\"harbor\",\"scopes\":[\"job\"],\"expired_at\":\"2099-01-01T00:00:00Z\",\"user_id\":1}"));
    caller = new RestCaller(running.restUrl(), pat.get("token").asString());
    assertThat(caller.get("/healthy").statusCode()).isEqualTo(200);
    HttpResponse<String> created =
        caller.send(
            "POST",
            "/oapi/v1/jobs",
            """
            {"type":"preheat",
             "args":{"type":"image","url":"%s",
                     "tag":"","filtered_query_params":"","headers":{"Authorization":"Bearer short-lived"},
                     "scope":"","concurrent_count":0,"timeout":0},
             "scheduler_cluster_ids":null}
            """
                .formatted(IMAGE));
    assertThat(created.statusCode()).isEqualTo(200);
    JsonNode job = json(created);
    assertThat(job.get("state").asString()).isEqualTo("PENDING");
    assertThat(Instant.parse(job.get("created_at").asString())).isNotNull();
    assertThat(job.get("result").isNull()).isTrue();
    JsonNode ended = ended("/oapi/v1/jobs/" + job.get("id").asLong());
    assertThat(ended.get("state").asString()).isEqualTo("SUCCESS");
    assertThat(ended.at("/result/state").asString()).isEqualTo("SUCCESS");
    JsonNode tasks = ended.at("/result/job_states/0/results/0/success_tasks");
    assertThat(tasks.size()).isEqualTo(3);
    assertThat(tasks.at("/0/url").asString())
        .startsWith("https://harbor.example/v2/library/busybox/blobs/sha256:");
    assertThat(tasks.at("/0/hostname").asString()).isEqualTo("seed");
    assertThat(tasks.at("/0/ip").asString()).isEqualTo("10.0.0.5");
    assertThat(ended.at("/result/job_states/0/results/0/scheduler_cluster_id").asInt())
        .isEqualTo(1);
    assertThat(running.schedulers().orders().getFirst().headers())
        .containsEntry("Authorization", "Bearer short-lived");
    caller.close();
    caller = session;
  }

  @Test
  void defaultsAreStoredAndSecretsAreNeitherShownNorInAnyTable() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    running
        .schedulers()
        .onPreheat((scheduler, order, listener) -> {
          begun.countDown();
          goOn.await();
          running.schedulers().fetchAll(scheduler, order, listener);
        });
    long id =
        create(
            """
            {"type":"preheat","args":{"type":"image","url":"%s","username":"jane","password":"secret-1",
             "headers":{"Cookie":"secret-2","X-Api-Key":"secret-3"},
             "object_storage":{"endpoint":"http://s3","access_key_id":"ak","access_key_secret":"secret-4",
               "session_token":"secret-5","security_token":"secret-6"},
             "hdfs":{"delegation_token":"secret-7"}}}
            """
                .formatted(IMAGE));
    assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    JsonNode args = json(caller.get(JOBS + "/" + id)).get("args");
    assertThat(args.get("password").asString()).isEqualTo("***");
    assertThat(args.at("/headers/Cookie").asString()).isEqualTo("***");
    assertThat(args.at("/object_storage/access_key_id").asString()).isEqualTo("ak");
    assertThat(args.at("/object_storage/access_key_secret").asString()).isEqualTo("***");
    assertThat(args.get("scope").asString()).isEqualTo("single_seed_peer");
    assertThat(args.get("concurrent_task_count").asInt()).isEqualTo(8);
    assertThat(args.get("timeout").asLong()).isEqualTo(3_600_000_000_000L);
    assertThat(args.get("filtered_query_params").asString()).contains("X-Amz-Signature&");
    assertNoTableHolds("secret-");
    assertNoTableHolds(FakeImages.TOKEN);
    goOn.countDown();
    ended(JOBS + "/" + id);
    assertThat(jdbc.sql("SELECT count(*) FROM job_secrets").query(Long.class).single()).isZero();
    assertThat(running.schedulers().orders().getFirst().headers())
        .containsEntry("Cookie", "secret-2")
        .containsEntry("Authorization", FakeImages.TOKEN);
    assertThat(running.schedulers().orders().getFirst().objectStorage().orElseThrow())
        .extracting("accessKeySecret", "securityToken")
        .containsExactly("secret-4", "secret-6");
    assertNoTableHolds("secret-");
    HttpResponse<String> again = caller.send("POST", JOBS + "/" + id + "/rerun", "");
    assertThat(again.statusCode()).isEqualTo(422);
    assertThat(again.body()).contains("args.password was forgotten");
  }

  @Test
  void theSameIsAskedForAgainWithNewSecrets() throws IOException, InterruptedException {
    long id = create(PREHEAT.formatted(",\"headers\":{\"Authorization\":\"Bearer old\"}"));
    ended(JOBS + "/" + id);
    HttpResponse<String> again =
        caller.send(
            "POST",
            JOBS + "/" + id + "/rerun",
            "{\"args\":{\"headers\":{\"Authorization\":\"Bearer new\"}}}");
    assertThat(again.statusCode()).isEqualTo(200);
    long next = json(again).get("id").asLong();
    assertThat(next).isGreaterThan(id);
    assertThat(ended(JOBS + "/" + next).get("state").asString()).isEqualTo("SUCCESS");
    assertThat(running.schedulers().orders().getLast().headers())
        .containsEntry("Authorization", "Bearer new");
    assertThat(running.schedulers().orders().getLast().urls()).hasSize(2);
    HttpResponse<String> events = caller.get(JOBS + "/" + next + "/events");
    assertThat(events.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("text/event-stream");
    assertThat(events.body())
        .contains(
            "event: target\ndata: {\"scheduler_cluster_id\":1,\"url\":\"http://origin.example/1\"")
        .endsWith("event: end\ndata: {\"state\":\"SUCCESS\"}\n\n");
    JsonNode progress = json(caller.get(JOBS + "/" + next + "/progress"));
    assertThat(progress.at("/progress/succeeded").asInt()).isEqualTo(2);
    assertThat(progress.at("/targets/1/finished_bytes").asLong()).isEqualTo(FakeSchedulers.BYTES);
  }

  @Test
  void whatIsWrongIsSaidAndMakesNoJob() throws IOException, InterruptedException {
    for (Map.Entry<String, Integer> one :
        Map.of(
                "{\"type\":\"preheat\"}",
                500,
                "{\"type\":\"preheat\",\"args\":{\"url\":\"http://x\"}}",
                422,
                PREHEAT.formatted(",\"count\":0"),
                422,
                PREHEAT.formatted(",\"piece_length\":1"),
                422,
                PREHEAT.formatted(",\"headers\":{\"a\":1}"),
                422,
                PREHEAT.formatted(",\"url\":\"http://jane:pw@x/y\""),
                422,
                "{\"type\":\"get_task\",\"args\":{}}",
                422,
                "{\"type\":\"gc\",\"args\":{\"type\":\"x\"}}",
                422,
                "{\"type\":\"preheat\",\"args\":[]}",
                422,
                "",
                422)
            .entrySet()) {
      HttpResponse<String> refused = caller.send("POST", JOBS, one.getKey());
      assertThat(refused.statusCode()).as(one.getKey()).isEqualTo(one.getValue());
    }
    HttpResponse<String> closed =
        caller.send(
            "POST",
            JOBS,
            "{\"type\":\"preheat\",\"args\":{\"type\":\"image\",\"url\":\"%s\",\"password\":\"x\"}}"
                .formatted(IMAGE));
    assertThat(closed.statusCode()).as("a refusal of the registry is none of ours").isEqualTo(500);
    assertThat(closed.body()).contains("unauthorized");
    jdbc.sql("UPDATE schedulers SET state = 'inactive'").update();
    assertThat(caller.send("POST", JOBS, PREHEAT.formatted("")).body())
        .contains("candidate schedulers not found");
    assertThat(json(caller.get(JOBS)).size()).isZero();
  }

  @Test
  void aJobIsFoundChangedCancelledAndRemoved() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    running
        .schedulers()
        .onPreheat((scheduler, order, listener) -> {
          begun.countDown();
          new CountDownLatch(1).await();
        });
    long id = create(PREHEAT.formatted(""));
    assertThat(begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(caller.send("POST", JOBS + "/" + id + "/rerun", "").statusCode()).isEqualTo(409);
    assertThat(json(caller.get(JOBS + "?state=PENDING&type=preheat")).at("/0/id").asLong())
        .isEqualTo(id);
    assertThat(
            json(caller.send("PATCH", JOBS + "/" + id, "{\"bio\":\"new\"}")).get("bio").asString())
        .isEqualTo("new");
    assertThat(caller.send("POST", JOBS + "/" + id + "/cancel", "").statusCode()).isEqualTo(200);
    JsonNode ended = ended(JOBS + "/" + id);
    assertThat(ended.get("state").asString()).isEqualTo("FAILURE");
    assertThat(ended.at("/result/job_states/0/error").asString()).isEqualTo("cancelled");
    assertThat(ended.get("bio").asString()).isEqualTo("new");
    assertThat(caller.send("DELETE", JOBS + "/" + id, "").body()).isEmpty();
    for (String path : List.of("", "/progress", "/events")) {
      assertThat(caller.get(JOBS + "/" + id + path).statusCode()).as(path).isEqualTo(404);
    }
    assertThat(caller.send("POST", JOBS + "/" + id + "/cancel", "").statusCode()).isEqualTo(404);
  }

  private void assertNoTableHolds(String secret) {
    List<String> columns =
        jdbc.sql(
                """
                SELECT format('SELECT count(*) FROM %I WHERE %I::text LIKE :secret', table_name, column_name)
                FROM information_schema.columns WHERE table_schema = 'public'
                    AND data_type IN ('text', 'character varying', 'jsonb', 'json')
                """)
            .query(String.class)
            .list();
    assertThat(columns).hasSizeGreaterThan(30);
    for (String column : columns) {
      assertThat(jdbc.sql(column).param("secret", "%" + secret + "%").query(Long.class).single())
          .as(column)
          .isZero();
    }
    assertThat(
            jdbc.sql("SELECT encode(sealed, 'escape') FROM job_secrets").query(String.class).list())
        .noneMatch(text -> text.contains(secret));
  }
}
