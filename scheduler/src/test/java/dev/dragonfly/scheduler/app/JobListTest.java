package dev.dragonfly.scheduler.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.joblist.DeleteTaskResult;
import dev.dragonfly.common.joblist.GetTaskResult;
import dev.dragonfly.common.joblist.ListedHost;
import dev.dragonfly.common.joblist.PreheatResult;
import dev.dragonfly.common.joblist.TaskState;
import dev.dragonfly.common.joblist.TaskState.State;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.OwnRedis;
import io.grpc.Status;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A manager of upstream puts jobs on the list in Redis; the documents are as it writes them. */
@Timeout(60)
class JobListTest {
  private static final String QUEUE = "scheduler_1_test_127.0.0.1";
  private static final String FILE = "http://origin.test/file";
  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();
  private static RedisClient client;
  private static RedisCommands<String, String> lists;
  private static RedisCommands<String, String> results;

  private JobFixture cluster;

  @BeforeAll
  static void startAll() {
    client = RedisClient.create();
    lists = database(1);
    results = database(2);
  }

  @AfterAll
  static void stopAll() {
    client.shutdown();
  }

  @BeforeEach
  void start() {
    cluster = new JobFixture(redis);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void aPreheatIsDoneAndItsStateGoesFromTheManagersPendingToSuccess() {
    String job = put("preheat", preheat(""));

    TaskState end = awaitEnd(job);

    assertThat(end.state()).isEqualTo(State.SUCCESS);
    assertThat(end.taskName()).isEqualTo("preheat");
    assertThat(end.createdAt()).hasToString("2026-11-28T10:00:00.123456789Z");
    PreheatResult result = PreheatResult.read(end.result().orElseThrow());
    assertThat(result.successTasks())
        .containsExactly(new PreheatResult.Success(FILE, "seed", "127.0.0.1"));
    assertThat(result.schedulerClusterId()).isEqualTo(1);
    assertThat(results.ttl(job)).isBetween(80_000L, 86_400L);
    assertThat(cluster.seedDaemon.downloads().getFirst().getTag()).isEqualTo("tag");
    assertThat(cluster.seedDaemon.downloads().getFirst().getFilteredQueryParamsList())
        .containsExactly("a", "b");
  }

  @Test
  void aPreheatThatWarmedNothingIsAFailureAndOneThatWarmedSomethingTellsBoth() {
    cluster.oneDaemon.refuse(Status.INTERNAL.withDescription("disk full"));
    TaskState partly = awaitEnd(put("preheat", preheat("all_peers")));
    PreheatResult result = PreheatResult.read(partly.result().orElseThrow());
    assertThat(result.successTasks()).extracting(s -> s.hostname()).containsExactly("two");
    assertThat(result.failureTasks())
        .singleElement()
        .matches(f -> f.hostname().equals("one") && f.description().contains("disk full"));

    cluster.seedDaemon.refuse(Status.INTERNAL.withDescription("no source"));
    TaskState nothing = awaitEnd(put("preheat", preheat("single_seed_peer")));
    assertThat(nothing.state()).isEqualTo(State.FAILURE);
    assertThat(nothing.error()).contains("all peers preheat failed", "no source");
  }

  @Test
  void tasksAreFoundAndDeletedAndHostsListed() {
    TaskId task = TaskIdCalculator.taskId(TaskSpec.ofUrl(FILE));
    cluster.join(cluster.one, task);
    cluster.oneDaemon.held().add(task.value());
    String argument =
        "{\\\"task_id\\\":\\\"%s\\\",\\\"timeout\\\":60000000000,\\\"concurrent_peer_count\\\":500}"
            .formatted(task);

    GetTaskResult found =
        GetTaskResult.read(awaitEnd(put("get_task", argument)).result().orElseThrow());
    assertThat(found.peers())
        .singleElement()
        .matches(peer -> peer.finished() && peer.hostType().equals("normal"));
    DeleteTaskResult deleted =
        DeleteTaskResult.read(awaitEnd(put("delete_task", argument)).result().orElseThrow());
    assertThat(deleted.successTasks())
        .containsExactly(new DeleteTaskResult.Success("one", "127.0.0.1", "normal"));
    assertThat(cluster.oneDaemon.held()).isEmpty();

    String listed = awaitEnd(put("sync_peers", "")).result().orElseThrow();
    assertThat(listed).contains("\"SchedulerClusterID\":1", "\"Hostname\":\"seed\"");
    List<ListedHost> hosts = ListedHost.read(listed);
    assertThat(hosts)
        .extracting(ListedHost::hostname)
        .containsExactlyInAnyOrder("seed", "one", "two");
  }

  @Test
  void whatIsNoJobOfOursFailsAtOnceAndNonsenseHindersNobody() {
    assertThat(awaitEnd(put("train", "{}")).error()).contains("no job of this name");
    assertThat(awaitEnd(put("get_task", "{\\\"task_id\\\":\\\"x\\\"}")).error())
        .contains("task_id");
    lists.rpush(QUEUE, "not json");
    assertThat(awaitEnd(put("sync_peers", "")).state()).isEqualTo(State.SUCCESS);
  }

  private static String preheat(String scope) {
    return ("{\\\"url\\\":\\\"\\\",\\\"urls\\\":[\\\"%s\\\"],\\\"pieceLength\\\":null,\\\"tag\\\":\\\"tag\\\",\\\"filtered_query_params\\\":\\\"a&b\\\","
            + "\\\"headers\\\":{\\\"X-A\\\":\\\"1\\\"},\\\"application\\\":\\\"\\\",\\\"priority\\\":0,\\\"scope\\\":\\\"%s\\\",\\\"ips\\\":null,"
            + "\\\"concurrent_task_count\\\":8,\\\"concurrent_peer_count\\\":500,\\\"certificate_chain\\\":null,\\\"timeout\\\":60000000000}")
        .formatted(FILE, scope);
  }

  /** As the producer does: the state first, then the element of the list. */
  private static String put(String name, String argument) {
    String job = "task_" + UUID.randomUUID();
    results.set(
        job,
        """
        {"TaskUUID":"%s","TaskName":"%s","State":"PENDING","Results":null,"Error":"","CreatedAt":"2026-11-28T10:00:00.123456789Z","TTL":0}\
        """
            .formatted(job, name));
    String args =
        argument.isEmpty()
            ? "[]"
            : "[{\"Name\":\"\",\"Type\":\"string\",\"Value\":\"" + argument + "\"}]";
    lists.rpush(QUEUE, signature(job, name, args));
    return job;
  }

  private static String signature(String job, String name, String args) {
    return """
    {"UUID":"%s","Name":"%s","RoutingKey":"scheduler_1_test_127.0.0.1","ETA":null,"GroupUUID":"group_1","GroupTaskCount":1,\
    "Args":%s,"Headers":{},"Priority":0,"Immutable":false,"RetryCount":0,"RetryTimeout":0,"OnSuccess":null,"OnError":null,\
    "ChordCallback":null,"BrokerMessageGroupId":"","SQSReceiptHandle":"","StopTaskDeletionOnError":false,"IgnoreWhenTaskNotRegistered":false}\
    """
        .formatted(job, name, args);
  }

  private static TaskState awaitEnd(String job) {
    for (int i = 0; i < 3_000; i++) {
      TaskState state = TaskState.read(results.get(job));
      if (state.ended()) {
        return state;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
    throw new AssertionError("the job did not end: " + results.get(job));
  }

  private static RedisCommands<String, String> database(int number) {
    return client.connect(RedisURI.create("redis://" + redis.address() + "/" + number)).sync();
  }
}
