package dev.dragonfly.dfdaemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PeerEvent.Finished;
import dev.dragonfly.common.announce.PeerEvent.Register;
import dev.dragonfly.common.announce.PeerEvent.Started;
import dev.dragonfly.common.announce.ScheduleDecision.MetadataOnly;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.common.time.SystemTimers;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.client.FakeSchedulerServer;
import dev.dragonfly.dfdaemon.client.GrpcSchedulerClient;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions over real gRPC connections; the rules of time are in RingSchedulerSessionsTest. */
class SessionOverGrpcTest {

  private static final HostId SELF = new HostId("10.0.0.9-node");
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final PeerId PEER = new PeerId("10.0.0.9-node-1");
  private static final Duration SOON = Duration.ofSeconds(10);

  private SystemTimers timers;
  private GrpcSchedulerClient client;
  private FakeSchedulerServer server;

  @BeforeEach
  void start() throws Exception {
    timers = new SystemTimers("test");
    client = new GrpcSchedulerClient(SELF, new GrpcChannels(Optional.empty()));
    server = FakeSchedulerServer.start(0, true);
    // The first connection of a process loads classes: that must not count as a slow scheduler.
    assertThat(client.isServing(server.address(), SOON)).isTrue();
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
    timers.close();
  }

  @Test
  void aWholeConversationEndsWithTheLastWordDelivered() throws Exception {
    SchedulerSession session = open(server.address());
    assertThat(session.next(SOON)).contains(decided());
    session.send(new Started());
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));

    session.close();

    assertThat(request().hasRegisterPeerRequest()).isTrue();
    assertThat(request().hasDownloadPeerStartedRequest()).isTrue();
    assertThat(request().hasDownloadPeerFinishedRequest()).isTrue();
  }

  @Test
  void survivesTheRestartOfItsScheduler() throws Exception {
    int port = server.address().getPort();
    try (SchedulerSession session = open(server.address())) {
      assertThat(session.next(SOON)).contains(decided());
      session.send(new Started());
      server.next(AnnouncePeerRequest.class);
      server.close();
      assertThat(session.next(SOON)).get().isInstanceOf(Signal.Lost.class);

      server = FakeSchedulerServer.start(port, true);

      assertThat(session.next(SOON)).contains(decided());
      assertThat(request().hasRegisterPeerRequest()).isTrue();
      assertThat(request().hasDownloadPeerStartedRequest()).isTrue();
    }
  }

  @Test
  void announcesTheHostToASchedulerThatForgotIt() throws Exception {
    server.forgetHost();

    try (SchedulerSession session = open(server.address())) {
      assertThat(session.next(SOON)).contains(decided());
    }
  }

  @Test
  void aPortThatIsClosedIsALossAtOnceAndTheNextSchedulerDecides() throws Exception {
    InetSocketAddress closed;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      closed = new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort());
    }
    try (SchedulerSession session = open(closed, server.address())) {
      Optional<Signal> signal = session.next(SOON);
      if (signal.orElseThrow() instanceof Signal.Lost) {
        signal = session.next(SOON);
      }
      assertThat(signal).contains(decided());
    }
  }

  @Test
  void aSchedulerThatAcceptsConnectionsAndSaysNothingIsALossWithinItsBound() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 8, InetAddress.ofLiteral("127.0.0.1"));
        SchedulerSession session =
            open(new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort()))) {
      assertThat(session.next(SOON)).get().isInstanceOf(Signal.Lost.class);
      assertThat(session.connected()).isFalse();
    }
  }

  private AnnouncePeerRequest request() throws InterruptedException {
    return server.next(AnnouncePeerRequest.class);
  }

  private static Signal decided() {
    return new Signal.Decided(new MetadataOnly(TaskFacts.NONE));
  }

  private SchedulerSession open(InetSocketAddress... addresses) {
    RingSchedulerSessions sessions =
        new RingSchedulerSessions(
            client,
            new FakeSchedulers(addresses),
            scheduler -> client.announceHost(scheduler, FakeSchedulerServer.host(SELF), SOON),
            DaemonDefaults.CONFIG.scheduler(),
            SystemTime.INSTANCE,
            timers,
            new Random(1));
    return sessions.open(TASK, PEER, SessionOverGrpcTest::register);
  }

  private static PeerEvent.Register register() {
    return new Register(
        TaskSpec.ofUrl("http://o/f"),
        TaskFacts.NONE,
        PieceBitmap.EMPTY,
        Optional.empty(),
        false,
        false,
        0,
        1);
  }
}
