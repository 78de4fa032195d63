package dev.dragonfly.scheduler.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.DeleteHostRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.DeleteTaskRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.policy.BlockList;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.scheduler.app.SchedulerConfig;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.figures.FigureCounter;
import dev.dragonfly.scheduler.gc.ExpiredHosts;
import dev.dragonfly.scheduler.scheduling.Limits;
import dev.dragonfly.scheduler.scheduling.ParentScheduler;
import dev.dragonfly.scheduler.seed.SeedTrigger;
import dev.dragonfly.scheduler.session.SessionMetrics;
import dev.dragonfly.scheduler.session.SessionServices;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostDirectory;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.Samples;
import dev.dragonfly.scheduler.testing.WirePeer;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every call that speaks for a host, from somebody who is not at its address: here from a unix
 * socket, which has none.
 */
class StrangerCallsTest {
  @TempDir Path folder;

  private final ManualTime time = new ManualTime();
  private final Graph graph = new MemoryGraph(time).graph();
  private final Host victim = Samples.host("victim");
  private final TaskId task = TaskIdCalculator.taskId(Samples.FILE);
  private final ExecutorService executor = Threads.newVirtualExecutor("test-scheduler");
  private final DaemonClient seeds =
      new DaemonClient(new GrpcChannels(Optional.empty()), 4, "127.0.0.1");
  private GrpcServers.Running server;
  private ManagedChannel channel;
  private SchedulerGrpc.SchedulerBlockingStub stub;

  @BeforeEach
  void start() {
    graph.hosts().announce(victim, Duration.ofDays(1));
    graph.hosts().join(victim.id(), task);
    CallerCheck callers = new CallerCheck(true);
    SessionServices services = services();
    SchedulerService service =
        new SchedulerService(
            services,
            seeds,
            new ExpiredHosts(graph),
            callers,
            TestPreheats.calls(services, seeds),
            "test");
    HoldingsService holdings = new HoldingsService(graph, callers, 3, time, executor);
    Path socket = folder.resolve("scheduler.sock");
    server =
        GrpcServers.unixSocket(
            socket,
            List.of(
                () -> ServerInterceptors.intercept(service, callers),
                () -> ServerInterceptors.intercept(holdings, callers)));
    channel = GrpcChannels.unixSocket(socket);
    stub = SchedulerGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    seeds.close();
    executor.shutdownNow();
  }

  @Test
  void aLivingHostIsNotAnnouncedAnew() {
    assertDenied(() ->
        stub.announceHost(
            AnnounceHostRequest.newBuilder()
                .setHost(HostMapper.toProto(victim).toBuilder().setPort(6666))
                .build()));
    assertThat(graph.hosts().find(victim.id())).contains(victim);
  }

  @Test
  void nothingOfItIsDeleted() {
    String host = victim.id().value();
    assertDenied(() -> stub.deleteHost(DeleteHostRequest.newBuilder().setHostId(host).build()));
    assertDenied(() ->
        stub.deleteTask(
            DeleteTaskRequest.newBuilder().setHostId(host).setTaskId(task.value()).build()));
    assertDenied(() ->
        stub.deletePeer(
            DeletePeerRequest.newBuilder()
                .setHostId(host)
                .setTaskId(task.value())
                .setPeerId(Samples.peer(victim, "peer").value())
                .build()));
    assertThat(graph.hosts().tasks(victim.id())).containsExactly(task);
  }

  @Test
  void nothingIsReportedInItsName() {
    SchedulerExtGrpc.SchedulerExtBlockingStub ext = SchedulerExtGrpc.newBlockingStub(channel);
    String host = victim.id().value();
    assertDenied(
        () -> ext.reportHoldings(ReportHoldingsRequest.newBuilder().setHostId(host).build()));
    assertDenied(() ->
        ext.reportWrongContent(
            ReportWrongContentRequest.newBuilder()
                .setHostId(host)
                .setTaskId(task.value())
                .build()));
  }

  @Test
  void noPeerOfItIsRegistered() throws Exception {
    WirePeer peer = new WirePeer(channel, victim, task, "peer").register();
    assertThat(peer.end().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(graph.peers().find(task, peer.id())).isEmpty();
  }

  private static void assertDenied(ThrowingCallable call) {
    assertThatThrownBy(call).hasMessageContainingAll("PERMISSION_DENIED", "127.0.0.1-victim");
  }

  private SessionServices services() {
    SchedulerConfig defaults =
        ConfigLoader.defaults(SchedulerConfig.DEFAULTS, SchedulerConfig.class);
    Limits limits = Limits.of(defaults.scheduling());
    HostDirectory hosts = new HostDirectory(graph.hosts(), time, seed -> true);
    return new SessionServices(
        graph,
        hosts,
        new ParentScheduler(() -> limits, 3),
        new SeedTrigger(graph.leases(), hosts, defaults.seed(), executor, outcome -> {}),
        defaults.scheduling(),
        () -> limits,
        type -> BlockList.NONE,
        time,
        time,
        executor,
        new SessionMetrics(new SimpleMeterRegistry()),
        new FigureCounter());
  }
}
