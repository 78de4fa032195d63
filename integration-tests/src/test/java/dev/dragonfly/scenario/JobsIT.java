package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.registry.Commands;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Jobs about files: of a manager that dies, of dfctl, and of a manager of upstream. */
@ExtendWith(SharedCluster.Mortal.class)
class JobsIT {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int URLS = 12;
  private static final String[] HOSTS = {"seed-0", "peer-0", "peer-1", "peer-2"};
  private static final long LENGTH = 2 << 20;

  /** The first files come at once, the others take half a minute each until they are released. */
  private static final int AT_ONCE = 3;

  private static final long SLOW = 64 << 10;

  private static LocalCluster cluster;
  private static TestOrigin origin;
  private static JobClient client;
  private static Dfctl dfctl;

  @TempDir private static Path folder;

  @BeforeAll
  static void start(LocalCluster shared) {
    origin = new TestOrigin();
    cluster = shared;
    client = JobClient.of(cluster.manager());
    dfctl = new Dfctl(client, folder);
  }

  @AfterAll
  static void stop() {
    origin.close();
  }

  @Test
  void anotherManagerGoesOnWhereOneWasKilledAndNothingIsDoneTwice() {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < URLS; i++) {
      urls.add(slowFile("/takeover-", i));
    }
    ServiceProcess doomed = cluster.startManager("manager-1");
    // Whoever makes a job takes it, unless another one is faster: that one is held meanwhile.
    cluster.manager().pause();
    long id = client.at(doomed).start(preheat(urls));
    Soon.holds("something is done", LIMIT, () -> done(client.at(doomed), id) >= AT_ONCE);
    long before = done(client.at(doomed), id);
    doomed.kill();
    long killed = System.nanoTime();
    cluster.manager().resume();
    release("/takeover-", URLS);
    Commands.Outcome followed = dfctl.run("job", "follow", String.valueOf(id));
    double seconds = (System.nanoTime() - killed) / 1e9;
    JsonNode job = client.succeeded(id);

    assertThat(followed.exit()).as(followed.said()).isZero();
    assertThat(followed.said().lines().filter(line -> line.startsWith("done")))
        .hasSize(URLS)
        .doesNotHaveDuplicates();

    assertThat(before).as("contents that the first manager saw").isLessThan(URLS);
    assertThat(JobClient.contents(job, "success_tasks"))
        .containsExactlyInAnyOrderElementsOf(
            urls.stream().map(url -> url + " on seed-0").collect(Collectors.toList()));
    assertThat(JobClient.contents(job, "failure_tasks")).isEmpty();
    for (int i = 0; i < URLS; i++) {
      assertThat(origin.sent("/takeover-" + i)).as("bytes of file " + i).isEqualTo(LENGTH);
    }
    System.out.printf(
        "takeover: urls=%d done_before_the_kill=%d twice=0 seconds_from_kill_to_success=%.1f%n",
        URLS, before, seconds);
  }

  @Test
  void twoManagersShareJobsAndNoneIsTakenTwice() throws Exception {
    ServiceProcess second = cluster.startManager("manager-2");
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      JobClient at = i % 2 == 0 ? client : client.at(second);
      ids.add(at.start(preheat(List.of(origin.file("/shared-" + i, 64 << 10)))));
    }
    ids.forEach(client::succeeded);
    second.stop();

    String list = ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    try (Connection database = DriverManager.getConnection(cluster.stores().databaseUrl());
        Statement statement = database.createStatement();
        ResultSet jobs =
            statement.executeQuery(
                "SELECT max(lease_generation), count(DISTINCT lease_owner) FROM jobs WHERE id IN ("
                    + list
                    + ")")) {
      assertThat(jobs.next()).isTrue();
      assertThat(jobs.getLong(1)).as("how often a job was taken").isEqualTo(1);
      System.out.printf(
          "two managers: jobs=%d taken_twice=0 managers_that_worked=%d%n",
          ids.size(), jobs.getLong(2));
    }
  }

  @Test
  void aCancelledJobEndsAndItsRerunFinishesIt() {
    List<String> urls = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      urls.add(slowFile("/cancel-", i));
    }
    String id = String.valueOf(client.start(preheat(urls)));
    Soon.holds("something is done", LIMIT, () -> done(client, Long.parseLong(id)) >= 1);
    assertThat(dfctl.run("job", "cancel", id).exit()).isZero();
    Commands.Outcome ended = dfctl.run("job", "follow", id);
    assertThat(ended.exit()).as(ended.said()).isEqualTo(3);
    assertThat(ended.said()).contains("cancelled");

    release("/cancel-", urls.size());
    Commands.Outcome again = dfctl.run("job", "rerun", id);
    assertThat(again.exit()).as(again.said()).isZero();
    JsonNode job = client.succeeded(JSON.readTree(again.said()).get("id").asLong());
    assertThat(JobClient.contents(job, "success_tasks")).hasSize(urls.size());
    for (int i = 0; i < urls.size(); i++) {
      assertThat(origin.sent("/cancel-" + i)).as("bytes of file " + i).isEqualTo(LENGTH);
    }
  }

  @Test
  void aPeerThatDiesIsNamedAndTheOthersAreWarmed() {
    String url = origin.file("/mourned", 4 * LENGTH, TestOrigin.Manner.RANGES, SLOW);
    long id = client.start(preheat(List.of(url), "all_peers"));
    Soon.holds("peer-1 fetches", LIMIT, () -> client.progress(id).toString().contains("RUNNING"));
    cluster.peer(1).process().kill();
    origin.pace("/mourned", 0);
    JsonNode job = client.succeeded(id);
    assertThat(JobClient.contents(job, "success_tasks"))
        .containsExactlyInAnyOrder(url + " on peer-0", url + " on peer-2");
    assertThat(JobClient.contents(job, "failure_tasks")).containsExactly(url + " on peer-1");
    String why = job.at("/result/job_states/0/results/0/failure_tasks/0/description").asString();
    assertThat(why).contains("127.0.0.1-peer-1");
    assertThat(origin.sent("/mourned")).isEqualTo(4 * LENGTH);
    System.out.printf("a peer dies in a preheat: warmed=2 failed=1 why=\"%s\"%n", why);
  }

  @Test
  void dfctlSaysWhatFailedWhereAndExitsWithThree() {
    String url = origin.url("/status/403");
    Commands.Outcome failed = dfctl.run("preheat", url, "--scope", "all_peers");
    assertThat(failed.exit()).as(failed.said()).isEqualTo(3);
    assertThat(failed.said())
        .containsPattern("FAILED " + url + " on peer-0: .*403")
        .containsPattern("FAILED " + url + " on peer-1: .*403")
        .containsPattern("FAILED " + url + " on peer-2: .*403")
        .contains("nothing was fetched");
  }

  @Test
  void dfctlFindsATaskAndDeletesIt() {
    String url = origin.file("/found", LENGTH);
    client.succeeded(client.start(preheat(List.of(url), "all_peers")));

    Commands.Outcome found = dfctl.run("task", "find", url);
    assertThat(found.exit()).as(found.said()).isZero();
    assertThat(found.said()).contains(HOSTS);

    Commands.Outcome deleted = dfctl.run("task", "delete", url);
    assertThat(deleted.exit()).as(deleted.said()).isZero();
    assertThat(deleted.said()).contains(HOSTS).doesNotContain("FAILED");

    Commands.Outcome again = dfctl.run("task", "find", url);
    assertThat(again.exit()).as(again.said()).isZero();
    assertThat(again.said()).doesNotContain("seed-0").doesNotContain("peer-");

    Fetch fetch = Fetch.now(cluster.peer(0), url, folder);
    assertThat(fetch.sha256()).isEqualTo(origin.sha256("/found"));
    assertThat(origin.sent("/found")).as("read again after the deletion").isEqualTo(2 * LENGTH);
    System.out.printf(
        "dfctl task: find=%.1fs holders=4 delete=%.1fs holders_after=0%n",
        found.seconds(), deleted.seconds());
  }

  @Test
  void ourSchedulerDoesWhatAManagerOfUpstreamPutsOnItsList() {
    String url = origin.file("/upstream", LENGTH);
    String task = cluster.taskId(url).value();
    try (UpstreamJobs upstream =
        new UpstreamJobs(cluster.stores(), "scheduler_1_scheduler-0_127.0.0.1")) {
      JsonNode warmed = upstream.ask("preheat", upstreamPreheat(url));
      assertThat(warmed.get("success_tasks").values())
          .extracting(one -> one.get("url").asString() + " " + one.get("hostname").asString())
          .containsExactlyInAnyOrder(url + " peer-0", url + " peer-1", url + " peer-2");
      assertThat(warmed.get("scheduler_cluster_id").asLong()).isEqualTo(1);
      assertThat(origin.sent("/upstream")).isEqualTo(LENGTH);

      JsonNode found = upstream.ask("get_task", ofTask(task));
      assertThat(found.get("peers").values())
          .hasSize(HOSTS.length)
          .allMatch(peer -> peer.get("IsFinished").asBoolean());
      JsonNode hosts = upstream.ask("sync_peers");
      assertThat(hosts.values())
          .extracting(host -> host.get("Hostname").asString())
          .containsExactlyInAnyOrder(HOSTS);
      JsonNode deleted = upstream.ask("delete_task", ofTask(task));
      assertThat(deleted.get("success_tasks").values()).hasSize(HOSTS.length);
      assertThat(upstream.ask("get_task", ofTask(task)).path("peers").values()).isEmpty();
    }
    System.out.println("upstream's list: preheat, get_task, sync_peers, delete_task state=SUCCESS");
  }

  private static String slowFile(String path, int number) {
    long rate = number < AT_ONCE ? 0 : SLOW;
    return origin.file(path + number, LENGTH, TestOrigin.Manner.RANGES, rate);
  }

  private static void release(String path, int files) {
    for (int i = 0; i < files; i++) {
      origin.pace(path + i, 0);
    }
  }

  private static long done(JobClient at, long id) {
    return at.progress(id).at("/progress/succeeded").asLong();
  }

  private static String preheat(List<String> urls) {
    return preheat(urls, "single_seed_peer");
  }

  private static String preheat(List<String> urls, String scope) {
    return """
    {"type": "preheat", "args": {"type": "file", "urls": [%s], "scope": "%s", "concurrent_task_count": 4}}
    """
        .formatted(
            urls.stream().map(url -> "\"" + url + "\"").collect(Collectors.joining(",")), scope);
  }

  private static String upstreamPreheat(String url) {
    return """
    {"url":"","urls":["%s"],"pieceLength":null,"tag":"","filtered_query_params":"","headers":null,"application":"","priority":0,"scope":"all_peers","ips":null,"percentage":null,"count":null,"concurrent_task_count":8,"concurrent_peer_count":500,"certificate_chain":null,"insecure_skip_verify":true,"timeout":60000000000,"group_uuid":"","task_uuid":"","object_storage":null,"hdfs":null,"output_path":null}\
    """
        .formatted(url);
  }

  private static String ofTask(String task) {
    return """
    {"task_id":"%s","timeout":60000000000,"group_uuid":"","task_uuid":"","concurrent_peer_count":500}\
    """
        .formatted(task);
  }
}
