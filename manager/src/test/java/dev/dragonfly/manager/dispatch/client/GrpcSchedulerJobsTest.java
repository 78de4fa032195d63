package dev.dragonfly.manager.dispatch.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.Build;
import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.common.v2.Network;
import dev.dragonfly.api.ext.v1.DeleteTaskJobRequest;
import dev.dragonfly.api.ext.v1.DeleteTaskJobResponse;
import dev.dragonfly.api.ext.v1.FindTaskRequest;
import dev.dragonfly.api.ext.v1.FindTaskResponse;
import dev.dragonfly.api.ext.v1.PreheatEvent;
import dev.dragonfly.api.ext.v1.PreheatOutcome;
import dev.dragonfly.api.ext.v1.PreheatPlan;
import dev.dragonfly.api.ext.v1.PreheatProgress;
import dev.dragonfly.api.ext.v1.PreheatRequest;
import dev.dragonfly.api.ext.v1.PreheatTarget;
import dev.dragonfly.api.ext.v1.SchedulerJobsGrpc;
import dev.dragonfly.api.scheduler.v2.ListHostsRequest;
import dev.dragonfly.api.scheduler.v2.ListHostsResponse;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.manager.dispatch.Heard;
import dev.dragonfly.manager.dispatch.JobHost;
import dev.dragonfly.manager.dispatch.KnownHost;
import dev.dragonfly.manager.dispatch.Orders;
import dev.dragonfly.manager.dispatch.PreheatOrder.Target;
import dev.dragonfly.manager.dispatch.SchedulerAddress;
import dev.dragonfly.manager.dispatch.TaskDeletion;
import dev.dragonfly.manager.dispatch.TaskHolder;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a server of gRPC on loopback. */
final class GrpcSchedulerJobsTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final dev.dragonfly.api.ext.v1.JobHost HOST =
      dev.dragonfly.api.ext.v1.JobHost.newBuilder()
          .setHostId("h1")
          .setHostname("node")
          .setIp("10.0.0.4")
          .setType("super")
          .build();
  private static final JobHost NODE = new JobHost("h1", "node", "10.0.0.4", "super");
  private static final PreheatTarget TARGET =
      PreheatTarget.newBuilder().setUrl("http://o/a").setHostId("h1").build();

  private final ChannelCache channels = new ChannelCache(new GrpcChannels(Optional.empty()), 8);
  private final GrpcSchedulerJobs jobs =
      new GrpcSchedulerJobs(channels, () -> JoinToken.of(Secret.of(TOKEN)).shown());
  private final OneScheduler service = new OneScheduler();
  private final List<Server> servers = new ArrayList<>();
  private String shown = "";

  @AfterEach
  void stop() throws InterruptedException {
    channels.close();
    stopServers();
  }

  private void stopServers() throws InterruptedException {
    for (Server server : servers) {
      assertThat(server.shutdownNow().awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aPreheatTellsItsPlanItsProgressAndEachOutcomeOnce() throws IOException {
    service.preheat =
        (request, events) -> {
          events.onNext(progress(1));
          events.onNext(plan());
          events.onNext(progress(2));
          events.onNext(outcome(""));
          events.onNext(outcome("again"));
          events.onNext(progress(3));
          events.onCompleted();
        };
    Heard heard = new Heard();
    jobs.preheat(
        start(service),
        Orders.order("all_peers", List.of(new Target("http://o/b", "h2")), "http://o/a"),
        heard);
    assertThat(heard.lines())
        .containsExactly(
            "planned [http://o/a@h1]",
            "progressed http://o/a@h1 2/10",
            "ended http://o/a@h1 on node 10 7 ''");
    assertThat(shown).isEqualTo(TOKEN);
    PreheatRequest request = service.request;
    assertThat(request.getUrlsList()).containsExactly("http://o/a");
    assertThat(request.getScope()).isEqualTo("all_peers");
    assertThat(request.getIpsList()).containsExactly("10.0.0.4");
    assertThat(request.getCount()).isEqualTo(2);
    assertThat(request.hasPercentage()).isFalse();
    assertThat(request.getConcurrentTaskCount()).isEqualTo(8);
    assertThat(request.getConcurrentPeerCount()).isEqualTo(500);
    assertThat(request.getFinished(0).getHostId()).isEqualTo("h2");
    assertThat(request.getPlanned(0)).isEqualTo(TARGET);
    assertThat(request.getDownload().getUrl()).isEmpty();
    assertThat(request.getDownload().getTag()).isEqualTo("tag");
    assertThat(request.getDownload().hasApplication()).isFalse();
    assertThat(request.getDownload().getPieceLength()).isEqualTo(4 << 20);
    assertThat(request.getDownload().getFilteredQueryParamsList()).containsExactly("ns", "Expires");
    assertThat(request.getDownload().getRequestHeaderMap())
        .containsEntry("Authorization", "Bearer x");
    assertThat(request.getDownload().getTimeout().getSeconds()).isEqualTo(60);
    assertThat(request.getDownload().getObjectStorage().getAccessKeySecret()).isEqualTo("s");
    assertThat(request.getDownload().getObjectStorage().hasSessionToken()).isFalse();
    assertThat(request.getDownload().getObjectStorage().getInsecureSkipVerify()).isTrue();
    assertThat(request.getDownload().getHdfs().getDelegationToken()).isEqualTo("delegation");
  }

  @Test
  void aPreheatThatEndsTooEarlyIsForAnotherSchedulerToGoOnWith() throws IOException {
    service.preheat =
        (request, events) -> {
          events.onNext(plan());
          events.onCompleted();
        };
    SchedulerAddress scheduler = start(service);
    assertCode(ErrorCode.UNAVAILABLE, () -> preheat(scheduler));
    service.preheat = (request, events) -> events.onCompleted();
    assertCode(ErrorCode.UNAVAILABLE, () -> preheat(scheduler));
  }

  @Test
  void anInterruptCancelsTheCall() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    service.preheat =
        (request, events) -> {
          ((ServerCallStreamObserver<PreheatEvent>) events)
              .setOnCancelHandler(cancelled::countDown);
          events.onNext(plan());
        };
    SchedulerAddress scheduler = start(service);
    Heard heard = new Heard();
    CompletableFuture<ErrorCode> ended = new CompletableFuture<>();
    Thread caller =
        Threads.virtual(
            "test-preheat",
            () -> {
              try {
                jobs.preheat(scheduler, Orders.order("", List.of(), "http://o/a"), heard);
              } catch (DragonflyException e) {
                ended.complete(e.code());
              }
            });
    assertThat(heard.first().await(30, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    assertThat(ended.get(30, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void holdersDeletionsAndHostsArrive() throws IOException {
    SchedulerAddress scheduler = start(service);
    assertThat(jobs.findTask(scheduler, "t", 9, TIMEOUT))
        .containsExactly(
            new TaskHolder(NODE, true, Instant.ofEpochSecond(1, 2), Instant.ofEpochSecond(3)));
    assertThat(jobs.deleteTask(scheduler, "t", TIMEOUT))
        .containsExactly(new TaskDeletion(NODE, "still read"));
    assertThat(jobs.hosts(scheduler, TIMEOUT))
        .containsExactly(
            new KnownHost(
                NODE, "idc", "eu", 4000, 4001, 4003, "linux", "debian", "debian", "13", "6.12",
                "v1", "abc", "linux"));
  }

  @Test
  void theWordsOfTheSchedulerAreShownWithItsAddress() throws IOException {
    service.preheat =
        (request, events) ->
            events.onError(
                Status.FAILED_PRECONDITION
                    .withDescription("no available seed peer")
                    .asRuntimeException());
    SchedulerAddress scheduler = start(service);
    assertThatThrownBy(() -> preheat(scheduler))
        .isInstanceOf(DragonflyException.class)
        .hasMessage("cluster 1 scheduler 127.0.0.1: no available seed peer");
  }

  @Test
  void aSchedulerThatDoesNotKnowTheServiceIsOfUpstream() throws IOException {
    SchedulerAddress scheduler = start();
    assertThat(jobs.isOurs(scheduler)).isFalse();
    assertCode(ErrorCode.UNIMPLEMENTED, () -> jobs.deleteTask(scheduler, "t", TIMEOUT));
    assertCode(ErrorCode.UNIMPLEMENTED, () -> preheat(scheduler));
  }

  @Test
  void aSchedulerThatKnowsTheServiceIsOurs() throws IOException {
    SchedulerAddress scheduler = start(service);
    assertThat(jobs.isOurs(scheduler)).isTrue();
  }

  @Test
  void whoIsNotThereIsUnavailable() throws Exception {
    SchedulerAddress scheduler = start(service);
    stopServers();
    assertCode(ErrorCode.UNAVAILABLE, () -> jobs.isOurs(scheduler));
    assertCode(ErrorCode.UNAVAILABLE, () -> jobs.findTask(scheduler, "t", 1, TIMEOUT));
    assertCode(
        ErrorCode.UNAVAILABLE,
        () -> jobs.isOurs(new SchedulerAddress(1, "s", "metadata.internal", 80)));
  }

  private void preheat(SchedulerAddress scheduler) {
    jobs.preheat(scheduler, Orders.order("", List.of(), "http://o/a"), new Heard());
  }

  private static void assertCode(ErrorCode code, Runnable action) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private SchedulerAddress start(BindableService... services) throws IOException {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
            .addService(new Hosts())
            .intercept(new TokenReader());
    List.of(services).forEach(builder::addService);
    Server server = builder.build().start();
    servers.add(server);
    return new SchedulerAddress(1, "s", "127.0.0.1", server.getPort());
  }

  private static PreheatEvent plan() {
    return PreheatEvent.newBuilder()
        .setPlan(PreheatPlan.newBuilder().addTargets(TARGET).addHosts(HOST))
        .build();
  }

  private static PreheatEvent progress(long bytes) {
    return PreheatEvent.newBuilder()
        .setProgress(
            PreheatProgress.newBuilder()
                .setTarget(TARGET)
                .setFinishedBytes(bytes)
                .setContentLength(10))
        .build();
  }

  private static PreheatEvent outcome(String failure) {
    return PreheatEvent.newBuilder()
        .setOutcome(
            PreheatOutcome.newBuilder()
                .setTarget(TARGET)
                .setContentLength(10)
                .setOriginBytes(7)
                .setFailure(failure))
        .build();
  }

  /** Does jobs as a test says. */
  private static final class OneScheduler extends SchedulerJobsGrpc.SchedulerJobsImplBase {
    private BiConsumer<PreheatRequest, StreamObserver<PreheatEvent>> preheat =
        (request, events) -> events.onCompleted();
    private PreheatRequest request = PreheatRequest.getDefaultInstance();

    @Override
    public void preheat(PreheatRequest asked, StreamObserver<PreheatEvent> events) {
      request = asked;
      preheat.accept(asked, events);
    }

    @Override
    public void findTask(FindTaskRequest asked, StreamObserver<FindTaskResponse> observer) {
      if (asked.getTaskId().isEmpty()) {
        observer.onError(Status.INVALID_ARGUMENT.asRuntimeException());
        return;
      }
      observer.onNext(
          FindTaskResponse.newBuilder()
              .addHolders(
                  dev.dragonfly.api.ext.v1.TaskHolder.newBuilder()
                      .setHost(HOST)
                      .setFinished(true)
                      .setCreatedAt(Timestamp.newBuilder().setSeconds(1).setNanos(2))
                      .setUpdatedAt(Timestamp.newBuilder().setSeconds(3)))
              .build());
      observer.onCompleted();
    }

    @Override
    public void deleteTask(
        DeleteTaskJobRequest asked, StreamObserver<DeleteTaskJobResponse> observer) {
      observer.onNext(
          DeleteTaskJobResponse.newBuilder()
              .addDeletions(
                  dev.dragonfly.api.ext.v1.TaskDeletion.newBuilder()
                      .setHost(HOST)
                      .setFailure("still read"))
              .build());
      observer.onCompleted();
    }
  }

  /** What every scheduler of version 2 knows. */
  private static final class Hosts extends SchedulerGrpc.SchedulerImplBase {
    @Override
    public void listHosts(ListHostsRequest asked, StreamObserver<ListHostsResponse> observer) {
      observer.onNext(
          ListHostsResponse.newBuilder()
              .addHosts(
                  Host.newBuilder()
                      .setId("h1")
                      .setType(1)
                      .setHostname("node")
                      .setIp("10.0.0.4")
                      .setPort(4000)
                      .setDownloadPort(4001)
                      .setProxyPort(4003)
                      .setOs("linux")
                      .setPlatform("debian")
                      .setPlatformFamily("debian")
                      .setPlatformVersion("13")
                      .setKernelVersion("6.12")
                      .setNetwork(Network.newBuilder().setIdc("idc").setLocation("eu"))
                      .setBuild(
                          Build.newBuilder()
                              .setGitVersion("v1")
                              .setGitCommit("abc")
                              .setPlatform("linux")))
              .build());
      observer.onCompleted();
    }
  }

  /** Writes down the join token that is shown. */
  private final class TokenReader implements ServerInterceptor {
    @Override
    public <A, B> ServerCall.Listener<A> interceptCall(
        ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
      shown = String.valueOf(headers.get(JoinToken.KEY));
      return next.startCall(call, headers);
    }
  }
}
