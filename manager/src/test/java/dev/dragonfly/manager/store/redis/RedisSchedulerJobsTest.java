package dev.dragonfly.manager.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.joblist.Signature;
import dev.dragonfly.common.joblist.TaskState;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.testing.OwnRedis;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.manager.dispatch.Heard;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.ListedTasks;
import dev.dragonfly.manager.dispatch.Orders;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import dev.dragonfly.manager.dispatch.RedisSchedulerJobs;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Over a real Redis, with a worker that behaves as schedulers of upstream do. */
final class RedisSchedulerJobsTest {
  private static final SchedulerAddress SCHEDULER =
      new SchedulerAddress(1, "scheduler-0", "10.0.0.3", 8002);
  private static final String LIST = "scheduler_1_scheduler-0_10.0.0.3";
  private static final Duration HOUR = Duration.ofHours(1);

  @RegisterExtension private static final OwnRedis redis = OwnRedis.start();

  private final SystemTimers quick = new SystemTimers("test-timers");
  private RedisAccess access;
  private RedisJobBroker broker;
  private RedisClient client;
  private RedisCommands<String, String> lists;

  @BeforeEach
  void connect() {
    RedisConfig config = new RedisConfig(redis.address(), null, null, 0, 1, 2);
    access = new RedisAccess(config);
    broker = new RedisJobBroker(access, config);
    client = RedisClient.create("redis://" + redis.address() + "/1");
    lists = client.connect().sync();
  }

  @AfterEach
  void disconnect() {
    access.close();
    client.shutdown();
    quick.close();
  }

  @Test
  void aTaskIsListedAsUpstreamListsIt() throws Exception {
    try (UpstreamWorker worker = worker(1, state -> state.succeeded("{\"peers\":null}"))) {
      assertThat(jobs().findTask(SCHEDULER, "abc", 7, HOUR)).isEmpty();
      JsonNode job = JsonMapper.shared().readTree(worker.taken().getFirst());
      assertThat(job.path("Name").asString()).isEqualTo("get_task");
      assertThat(job.path("RoutingKey").asString()).isEqualTo(LIST);
      assertThat(job.path("GroupTaskCount").asInt()).isEqualTo(1);
      assertThat(job.path("ETA").isNull()).isTrue();
      JsonNode arguments =
          JsonMapper.shared().readTree(job.path("Args").path(0).path("Value").asString());
      assertThat(arguments.path("task_id").asString()).isEqualTo("abc");
      assertThat(arguments.path("timeout").asLong()).isEqualTo(3_600_000_000_000L);
      assertThat(arguments.path("concurrent_peer_count").asInt()).isEqualTo(7);
      assertThat(arguments.path("task_uuid").asString()).isEqualTo(job.path("UUID").asString());
      String group = job.path("GroupUUID").asString();
      assertThat(arguments.path("group_uuid").asString()).isEqualTo(group);
      lists.select(2);
      assertThat(JsonMapper.shared().readTree(lists.get(group)).path("TaskUUIDs").path(0))
          .isEqualTo(job.path("UUID"));
      assertThat(lists.ttl(group)).isBetween(86_000L, 86_400L);
      assertThat(lists.ttl(job.path("UUID").asString())).isBetween(86_000L, 86_400L);
    }
  }

  @Test
  void holdersAndDeletionsAreThoseOfTheAnswer() throws Exception {
    String held =
        """
        {"peers":[{"id":"p","hostname":"node","ip":"10.0.0.4","host_type":"normal",
          "created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-02T00:00:00Z",
          "IsFinished":true}],"scheduler_cluster_id":1}
        """;
    String deleted =
        """
        {"success_tasks":[{"hostname":"seed","ip":"10.0.0.5","host_type":"super"}],
         "failure_tasks":[{"hostname":"node","ip":"10.0.0.4","host_type":"normal",
           "description":""}],"scheduler_cluster_id":1}
        """;
    JobHost node = new JobHost("10.0.0.4-node", "node", "10.0.0.4", "normal");
    try (UpstreamWorker worker =
        worker(2, state -> state.succeeded(state.taskName().equals("get_task") ? held : deleted))) {
      assertThat(jobs().findTask(SCHEDULER, "t", 1, HOUR))
          .containsExactly(
              new TaskHolder(
                  node,
                  true,
                  Instant.parse("2026-01-01T00:00:00Z"),
                  Instant.parse("2026-01-02T00:00:00Z")));
      assertThat(jobs().deleteTask(SCHEDULER, "t", HOUR))
          .containsExactly(
              new TaskDeletion(new JobHost("10.0.0.5-seed-seed", "seed", "10.0.0.5", "super"), ""),
              new TaskDeletion(node, "the scheduler gives no reason"));
      assertThat(worker.taken()).hasSize(2);
    }
  }

  @Test
  void hostsWithoutAClusterAreLeftOut() throws Exception {
    String hosts =
        """
        [{"ID":"h1","Type":1,"Hostname":"seed","IP":"10.0.0.5","Port":4000,"SchedulerClusterID":1},
         {"ID":"h2","SchedulerClusterID":0}]
        """;
    try (UpstreamWorker worker = worker(1, state -> state.succeeded(hosts))) {
      assertThat(jobs().hosts(SCHEDULER, HOUR))
          .singleElement()
          .satisfies(host ->
              assertThat(host.host()).isEqualTo(new JobHost("h1", "seed", "10.0.0.5", "super")));
      Signature job = Signature.read(worker.taken().getFirst());
      assertThat(job.args()).isEmpty();
      assertThat(job.groupUuid()).isEmpty();
    }
  }

  @Test
  void aPreheatTellsWhatItWasAndWhatNobodyGot() throws Exception {
    String answer =
        """
        {"success_tasks":[{"url":"http://o/a","hostname":"seed","ip":"10.0.0.5"}],
         "failure_tasks":[{"url":"http://o/b","hostname":"seed","ip":"10.0.0.5",
           "description":"404"}],"scheduler_cluster_id":1}
        """;
    Heard heard = new Heard();
    try (UpstreamWorker worker = worker(1, state -> state.succeeded(answer))) {
      jobs()
          .preheat(
              SCHEDULER,
              Orders.order(
                  "",
                  List.of(new Target("http://o/d", "10.0.0.5-seed-seed")),
                  "http://o/a",
                  "http://o/b",
                  "http://o/c",
                  "http://o/d"),
              heard);
      JsonNode arguments =
          JsonMapper.shared().readTree(Signature.read(worker.taken().getFirst()).argument());
      assertThat(arguments.path("urls").size()).isEqualTo(3);
      assertThat(arguments.path("scope").asString()).isEqualTo("single_seed_peer");
      assertThat(arguments.path("filtered_query_params").asString()).isEqualTo("ns&Expires");
      assertThat(arguments.path("object_storage").path("access_key_secret").asString())
          .isEqualTo("s");
    }
    assertThat(heard.lines())
        .containsExactly(
            "planned [http://o/b@10.0.0.5-seed-seed, http://o/a@10.0.0.5-seed-seed, http://o/c@]",
            "ended http://o/b@10.0.0.5-seed-seed on seed 0 0 '404'",
            "ended http://o/a@10.0.0.5-seed-seed on seed 0 0 ''",
            "ended http://o/c@ on scheduler-0 0 0 'no host fetched it; the log of the scheduler says why'");
  }

  @Test
  void theWordsOfTheSchedulerAreTheFailure() throws Exception {
    try (UpstreamWorker worker = worker(1, state -> state.failed("no available seed peer"))) {
      assertThatThrownBy(() -> jobs().deleteTask(SCHEDULER, "t", HOUR))
          .isInstanceOfSatisfying(
              DragonflyException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION))
          .hasMessage("cluster 1 scheduler 10.0.0.3 delete_task: no available seed peer");
      assertThat(worker.taken()).hasSize(1);
    }
  }

  @Test
  void whatNobodyTakesIsWithdrawnAtTheEndOfItsTime() {
    VirtualTime time = new VirtualTime();
    RedisSchedulerJobs jobs =
        new RedisSchedulerJobs(new ListedTasks(broker, any -> true, time, time));
    assertThatThrownBy(() -> jobs.findTask(SCHEDULER, "t", 1, Duration.ofMinutes(2)))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED))
        .hasMessageContaining("no answer in time, PENDING");
    assertThat(lists.llen(LIST)).isZero();
    assertThat(time.nanos()).isEqualTo(Duration.ofMinutes(2).toNanos());
    assertThat(time.pauses).isBetween(40, 60);
  }

  @Test
  void aSchedulerThatFallsSilentIsNotWaitedForAndASilentOneGetsNothing() {
    VirtualTime time = new VirtualTime();
    AtomicInteger looks = new AtomicInteger();
    RedisSchedulerJobs dying =
        new RedisSchedulerJobs(
            new ListedTasks(broker, any -> looks.incrementAndGet() < 10, time, time));
    assertUnavailable(() -> dying.findTask(SCHEDULER, "t", 1, HOUR));
    assertThat(lists.llen(LIST)).isZero();
    assertThat(looks).hasValue(10);
    RedisSchedulerJobs dead =
        new RedisSchedulerJobs(new ListedTasks(broker, any -> false, time, time));
    assertUnavailable(() -> dead.findTask(SCHEDULER, "t", 1, HOUR));
    assertThat(lists.exists(LIST)).isZero();
  }

  @Test
  void anInterruptWithdrawsWhatNobodyHasTaken() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    Timers never =
        new Timers() {
          @Override
          public Timer after(Duration delay, Runnable action) {
            waiting.countDown();
            return () -> {};
          }

          @Override
          public Timer every(Duration interval, Runnable action) {
            throw new UnsupportedOperationException();
          }
        };
    CompletableFuture<ErrorCode> ended = new CompletableFuture<>();
    Thread caller =
        Threads.virtual(
            "test-find",
            () -> {
              try {
                new RedisSchedulerJobs(
                        new ListedTasks(broker, any -> true, SystemTime.INSTANCE, never))
                    .findTask(SCHEDULER, "t", 1, HOUR);
              } catch (DragonflyException e) {
                ended.complete(e.code());
              }
            });
    assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(lists.llen(LIST)).isEqualTo(1);
    caller.interrupt();
    assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
    assertThat(lists.llen(LIST)).isZero();
  }

  @Test
  void withoutRedisNobodyOfUpstreamDoesJobs() {
    RedisConfig none = new RedisConfig(null, null, null, 0, 1, 2);
    RedisSchedulerJobs jobs =
        new RedisSchedulerJobs(
            new ListedTasks(
                new RedisJobBroker(new RedisAccess(none), none),
                any -> true,
                SystemTime.INSTANCE,
                quick));
    assertThatThrownBy(() -> jobs.hosts(SCHEDULER, HOUR))
        .hasMessage("no Redis is configured; set redis.address");
  }

  private static void assertUnavailable(Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE))
        .hasMessageContaining("no sign of life");
  }

  private UpstreamWorker worker(int jobs, Function<TaskState, TaskState> end) {
    return new UpstreamWorker(
        RedisClient.create("redis://" + redis.address()), LIST, jobs, signature -> end);
  }

  /** Looks at the state more often than a manager does. */
  private RedisSchedulerJobs jobs() {
    Timers often =
        new Timers() {
          @Override
          public Timer after(Duration delay, Runnable action) {
            return quick.after(Duration.ofMillis(2), action);
          }

          @Override
          public Timer every(Duration interval, Runnable action) {
            throw new UnsupportedOperationException();
          }
        };
    return new RedisSchedulerJobs(new ListedTasks(broker, any -> true, SystemTime.INSTANCE, often));
  }

  /** A pause is over as soon as it begins; only the clock has moved. */
  private static final class VirtualTime implements Time, Timers {
    private final ManualTime time = new ManualTime();
    private int pauses;

    @Override
    public Instant now() {
      return time.now();
    }

    @Override
    public long nanos() {
      return time.nanos();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
      pauses++;
      Timer timer = time.after(delay, action);
      time.advance(delay);
      return timer;
    }

    @Override
    public Timer every(Duration interval, Runnable action) {
      throw new UnsupportedOperationException();
    }
  }
}
