package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.manager.app.RestCaller;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.TaskHolder;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs over REST, as Harbor, the console and people ask for them. */
@ExtendWith(RunningManager.Extension.class)
final class JobRestTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String JOBS = "/api/v1/jobs";
  private static final String IMAGE = "https://harbor.example/v2/library/busybox/manifests/latest";
  private static final String PREHEAT =
      "{\"type\":\"preheat\",\"args\":{\"type\":\"file\",\"urls\":[\"http://origin.example/1\",\"http://origin.example/2\",\"http://origin.example/1\"]%s}}";
  private static final JobHost NORMAL = new JobHost("h1", "host", "10.0.0.7", "normal");

  private final RunningManager running;
  private final JdbcClient jdbc;
  private RestCaller caller;

  JobRestTest(RunningManager running) {
    this.running = running;
    this.jdbc = running.bean(JdbcClient.class);
    this.caller = RestCaller.root(running);
  }

  @BeforeEach
  void oneSchedulerAndASession() {
    running.clear();
    running.time().advance(Duration.ofMinutes(2));
    jdbc.sql("TRUNCATE peers, personal_access_tokens").update();
    jdbc.sql(
            """
            INSERT INTO schedulers (created_at, updated_at, host_name, ip, port, state, scheduler_cluster_id,
                last_keep_alive_at, keep_alive_interval_millis)
            VALUES (now(), now(), 's1', '127.0.0.1', 8002, 'active', 1,
                now(), 1000000000)
            """)
        .update();
    caller = RestCaller.root(running);
  }

  @AfterEach
  void close() {
    running.clear();
    caller.close();
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
  void aTaskIsFoundByUrlContentAndIdAndByItsDigest() throws IOException, InterruptedException {
    String hex = "ab".repeat(32);
    String blob = "https://registry.example/v2/lib/app/blobs/sha256:" + hex;
    running.schedulers().holds(hex, holder(NORMAL));
    JsonNode peers = peersOf("{\"url\":\"%s\"}".formatted(blob));
    assertThat(peers.at("/0/hostname").asString()).isEqualTo("host");
    assertThat(peers.at("/0/IsFinished").asBoolean()).isTrue();
    assertThat(peers.at("/0/host_type").asString()).isEqualTo("normal");
    String manifest = "https://registry.example/v2/lib/app/manifests/sha256:" + hex;
    running
        .schedulers()
        .holds(
            TaskIdCalculator.ofContent(
                    TaskIdCalculator.contentOfManifest(Digest.parse("sha256:" + hex)))
                .value(),
            holder(NORMAL));
    assertThat(peersOf("{\"url\":\"%s\"}".formatted(manifest)).size()).isEqualTo(1);
    running
        .schedulers()
        .holds("e2d0fe1585a63ec6009c8016ff8dda8b17719a637405a4e23c0ff81339148249", holder(NORMAL));
    assertThat(peersOf("{\"content_for_calculating_task_id\":\"This is a test file\"}").size())
        .isEqualTo(1);
    running.schedulers().holds("any-id", holder(NORMAL));
    assertThat(peersOf("{\"task_id\":\"any-id\"}").size()).isEqualTo(1);
    assertThat(peersOf("{\"task_id\":\"unknown\"}").isNull()).isTrue();
  }

  @Test
  void aTaskIsDeletedUnderBothOfItsIds() throws IOException, InterruptedException {
    String hex = "cd".repeat(32);
    running.schedulers().holds(hex, holder(NORMAL));
    long id =
        create(
            "{\"type\":\"delete_task\",\"args\":{\"url\":\"https://r.example/v2/a/blobs/sha256:%s\"}}"
                .formatted(hex));
    JsonNode ended = ended(JOBS + "/" + id);
    assertThat(ended.get("state").asString()).isEqualTo("SUCCESS");
    assertThat(ended.at("/result/job_states/0/results/0/success_tasks/0/ip").asString())
        .isEqualTo("10.0.0.7");
    assertThat(running.schedulers().deleted()).hasSize(2).contains(hex);
    assertThat(ended.get("args").has("concurrent_peer_count")).isFalse();
  }

  @Test
  void theListOfPeersBecomesWhatTheSchedulerKnows() throws IOException, InterruptedException {
    running.schedulers().knows(known("p1", "v1"), known("p2", "v1"));
    assertThat(caller.send("POST", JOBS, "{\"type\":\"sync_peers\"}").body()).isEqualTo("\"OK\"");
    long kept = json(caller.get("/api/v1/peers?host_name=p2")).at("/0/id").asLong();
    running.schedulers().reset();
    running.schedulers().knows(known("p2", "v2"), known("p3", "v2"));
    HttpResponse<String> again =
        caller.send("POST", JOBS, "{\"type\":\"sync_peers\",\"scheduler_cluster_ids\":[1]}");
    assertThat(again.body()).isEqualTo("\"OK\"");
    JsonNode peers = json(caller.get("/api/v1/peers"));
    assertThat(peers.size()).isEqualTo(2);
    assertThat(peers.at("/0/id").asLong()).isEqualTo(kept);
    assertThat(peers.at("/0/git_version").asString()).isEqualTo("v2");
    assertThat(peers.at("/1/host_name").asString()).isEqualTo("p3");
    assertThat(peers.at("/1/state").asString()).isEqualTo("active");
  }

  @Test
  void anImageShowsWhoHoldsWhichLayers() throws IOException, InterruptedException {
    running.schedulers().holds("01".repeat(32), holder(NORMAL));
    running.schedulers().holds("03".repeat(32), holder(NORMAL), holder(FakeSchedulers.SEED));
    JsonNode image =
        json(
            caller.send(
                "POST",
                JOBS,
                "{\"type\":\"get_image_distribution\",\"args\":{\"url\":\"%s\"}}"
                    .formatted(IMAGE)));
    assertThat(image.at("/image/layers").size()).isEqualTo(3);
    assertThat(image.at("/peers").size()).isEqualTo(1);
    assertThat(image.at("/peers/0/cached_layers").size()).isEqualTo(2);
    assertThat(image.at("/peers/0/scheduler_cluster_id").asInt()).isEqualTo(1);
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

  private JsonNode peersOf(String args) throws IOException, InterruptedException {
    long id = create("{\"type\":\"get_task\",\"args\":" + args + "}");
    JsonNode ended = ended(JOBS + "/" + id);
    assertThat(ended.get("state").asString()).isEqualTo("SUCCESS");
    return ended.at("/result/job_states/0/results/0/peers");
  }

  private static TaskHolder holder(JobHost host) {
    return new TaskHolder(host, true, Instant.EPOCH, Instant.EPOCH);
  }

  private static KnownHost known(String name, String version) {
    return new KnownHost(
        new JobHost("id-" + name, name, "10.0.1.1", "normal"),
        "idc",
        "loc",
        1,
        2,
        3,
        "linux",
        "ubuntu",
        "debian",
        "24",
        "6",
        version,
        "c",
        "amd64");
  }

  private long create(String body) throws IOException, InterruptedException {
    HttpResponse<String> created = caller.send("POST", JOBS, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(200);
    return json(created).get("id").asLong();
  }

  private JsonNode ended(String path) {
    return Awaitility.await()
        .atMost(LIMIT)
        .until(() -> json(caller.get(path)), job -> !job.get("state").asString().equals("PENDING"));
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

  private static JsonNode json(HttpResponse<String> response) {
    return JsonMapper.shared().readTree(response.body());
  }
}
