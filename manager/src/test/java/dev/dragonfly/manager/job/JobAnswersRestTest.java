package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.TaskHolder;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What schedulers tell of tasks, images and hosts, asked over REST. */
final class JobAnswersRestTest extends JobRestFixture {
  private static final JobHost NORMAL = new JobHost("h1", "host", "10.0.0.7", "normal");

  JobAnswersRestTest(RunningManager running) {
    super(running);
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
  void whereOneSchedulerIsSilentAnotherOfItsClusterTellsOfTheImage()
      throws IOException, InterruptedException {
    running.addScheduler("s2", 8003);
    running.schedulers().silence("s1");
    running.schedulers().holds("01".repeat(32), holder(NORMAL));
    HttpResponse<String> image =
        caller.send(
            "POST",
            JOBS,
            "{\"type\":\"get_image_distribution\",\"args\":{\"url\":\"%s\"}}".formatted(IMAGE));
    assertThat(image.statusCode()).as(image.body()).isEqualTo(200);
    assertThat(json(image).at("/peers/0/cached_layers").size()).isEqualTo(1);
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
}
