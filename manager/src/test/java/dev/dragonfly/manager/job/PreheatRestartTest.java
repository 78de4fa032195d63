package dev.dragonfly.manager.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.ext.v1.JobHost;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatOutcome;
import dev.dragonfly.api.ext.v1.PreheatPlan;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.PreheatTarget;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.registry.ImageResolver;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.manager.app.RunningManager;
import dev.dragonfly.manager.dispatch.client.GrpcSchedulerJobs;
import dev.dragonfly.manager.dynconfig.JsonDocument;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The only scheduler of a cluster, a real server, goes away in the middle of a preheat. */
@ExtendWith(RunningManager.Extension.class)
final class PreheatRestartTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Secret TOKEN = Secret.of("0123456789abcdef0123456789abcdef");
  private static final List<String> URLS = List.of("http://o.example/0", "http://o.example/1");

  private final RunningManager running;
  private final JobProgressReader progress;
  private final JdbcClient jdbc;
  private final ManualTime time = new ManualTime();
  private final ChannelCache channels = new ChannelCache(new GrpcChannels(Optional.empty()), 8);
  private final OneScheduler service = new OneScheduler();
  private final JobWorkers manager;
  private Server server;

  PreheatRestartTest(RunningManager running) throws IOException {
    this.running = running;
    this.progress = running.bean(JobProgressReader.class);
    this.jdbc = running.bean(JdbcClient.class);
    this.manager = manager();
    this.server = started(0);
  }

  @BeforeEach
  void oneScheduler() {
    running.clear();
    running.addScheduler("s1", server.getPort());
  }

  @AfterEach
  void close() throws InterruptedException {
    manager.close();
    await(() -> manager.running() == 0, "the manager stops");
    channels.close();
    stopServer();
  }

  @Test
  void theSameSchedulerGoesOnWhenItIsBack() throws Exception {
    long id = begunWithOneFetched();
    int port = server.getPort();
    stopServer();
    server = started(port);
    awaitWhilePausesPass(() -> service.orders.size() == 2, "it is asked again");
    PreheatRequest second = service.orders.getLast();
    assertThat(second.getUrlsList()).containsExactly(URLS.getLast());
    service.finish(URLS.getLast());
    await(() -> state(id) == JobState.SUCCESS, "the job ends");
    assertThat(progress.read(id).orElseThrow().succeeded()).isEqualTo(2);
  }

  @Test
  void aSchedulerThatStaysAwayFailsTheJobAfterAMinuteWithAReason() throws Exception {
    long id = begunWithOneFetched();
    long before = time.nanos();
    stopServer();
    awaitWhilePausesPass(() -> state(id) != JobState.PENDING, "the job ends");
    assertThat(Duration.ofNanos(time.nanos() - before)).isGreaterThan(Duration.ofSeconds(60));
    assertThat(state(id)).isEqualTo(JobState.FAILURE);
    assertThat(
            jdbc.sql("SELECT result FROM jobs WHERE id = :id")
                .param("id", id)
                .query(String.class)
                .single())
        .contains("cluster 1 scheduler 127.0.0.1", "no scheduler of the cluster got on for 60 s");
  }

  private long begunWithOneFetched() {
    long id =
        running
            .bean(JobQueue.class)
            .create(
                new NewJob(
                    NewJob.newGroupId(),
                    JobType.PREHEAT,
                    "",
                    0,
                    new JsonDocument("{\"type\":\"file\",\"url\":\"http://o.example/0\"}"),
                    JsonDocument.EMPTY,
                    List.of(1L),
                    List.of(),
                    URLS));
    manager.wake();
    await(() -> service.orders.size() == 1, "it is asked");
    service.ended(URLS.getFirst());
    await(() -> progress.read(id).orElseThrow().succeeded() == 1, "one is written");
    return id;
  }

  private JobState state(long id) {
    return progress.read(id).orElseThrow().state();
  }

  private JobWorkers manager() {
    Clock clock = new Clock(time, time);
    PreheatWork work =
        new PreheatWork(
            running.bean(JobArgs.class),
            running.bean(JobParts.class),
            running.bean(JobTargets.class),
            running.bean(JobSchedulers.class),
            new GrpcSchedulerJobs(channels, () -> JoinToken.of(TOKEN).shown()),
            running.bean(ImageResolver.class),
            clock);
    // Not started: it renews nothing by itself, so its lease has to outlast the time of the test.
    JobsConfig config = new JobsConfig(1, Duration.ofHours(1), 1, Duration.ofHours(1));
    return new JobWorkers(
        running.bean(JobQueue.class),
        running.bean(JobParts.class),
        List.of(work),
        running.bean(JobChanges.class),
        running.bean(JobMeters.class),
        config,
        clock);
  }

  private Server started(int port) throws IOException {
    return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
        .addService(service)
        .build()
        .start();
  }

  private void stopServer() throws InterruptedException {
    assertThat(server.shutdownNow().awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
  }

  private void awaitWhilePausesPass(BooleanSupplier condition, String what) {
    await(
        () -> {
          time.advance(Duration.ofSeconds(1));
          return condition.getAsBoolean();
        },
        what);
  }

  private static void await(BooleanSupplier condition, String what) {
    Awaitility.await(what).atMost(LIMIT).until(condition::getAsBoolean);
  }

  /** Plans what it is told on one host, and fetches what the test says. */
  private static final class OneScheduler extends SchedulerJobsGrpc.SchedulerJobsImplBase {
    private static final JobHost HOST =
        JobHost.newBuilder().setHostId("h1").setHostname("node").setIp("10.0.0.4").build();

    private final List<PreheatRequest> orders = new CopyOnWriteArrayList<>();
    private final List<StreamObserver<PreheatEvent>> answers = new CopyOnWriteArrayList<>();

    @Override
    public void preheat(PreheatRequest order, StreamObserver<PreheatEvent> answer) {
      PreheatPlan.Builder plan = PreheatPlan.newBuilder().addHosts(HOST);
      order.getUrlsList().forEach(url -> plan.addTargets(target(url)));
      answer.onNext(PreheatEvent.newBuilder().setPlan(plan).build());
      answers.add(answer);
      orders.add(order);
    }

    void ended(String url) {
      answers
          .getLast()
          .onNext(
              PreheatEvent.newBuilder()
                  .setOutcome(
                      PreheatOutcome.newBuilder().setTarget(target(url)).setContentLength(9))
                  .build());
    }

    void finish(String last) {
      ended(last);
      answers.getLast().onCompleted();
    }

    private static PreheatTarget target(String url) {
      return PreheatTarget.newBuilder().setUrl(url).setHostId("h1").build();
    }
  }
}
