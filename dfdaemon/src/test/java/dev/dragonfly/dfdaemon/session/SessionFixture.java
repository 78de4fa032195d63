package dev.dragonfly.dfdaemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PeerEvent.Register;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.session.FakeConversations.Call;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/** Sessions over schedulers that do what the test says, on time that the test moves. */
final class SessionFixture implements AutoCloseable {
  static final TaskId TASK = new TaskId("ab".repeat(32));
  static final PeerId PEER = new PeerId("10.0.0.9-node-1");
  static final InetSocketAddress A = scheduler(1);
  static final InetSocketAddress B = scheduler(2);
  static final InetSocketAddress C = scheduler(3);
  static final ScheduleDecision DECISION = new ScheduleDecision.MetadataOnly(TaskFacts.NONE);
  static final Duration SOON = Duration.ofSeconds(5);
  static final Duration NOW = Duration.ofMillis(1);

  final ManualTime time = new ManualTime();
  final FakeConversations client = new FakeConversations();
  final FakeSchedulers schedulers;
  final List<InetSocketAddress> announcements = new CopyOnWriteArrayList<>();
  final AtomicReference<PieceBitmap> held = new AtomicReference<>(PieceBitmap.EMPTY);
  final RingSchedulerSessions sessions;
  private final List<SchedulerSession> opened = new CopyOnWriteArrayList<>();

  SessionFixture(InetSocketAddress... known) {
    this("200ms", known);
  }

  SessionFixture(String closeTimeout, InetSocketAddress... known) {
    schedulers = new FakeSchedulers(known);
    SchedulerConfig config =
        DaemonDefaults.parse("scheduler: {closeTimeout: " + closeTimeout + "}").scheduler();
    sessions =
        new RingSchedulerSessions(
            client, schedulers, this::announce, config, time, time, new Random(1));
  }

  SchedulerSession open() {
    SchedulerSession session = sessions.open(TASK, PEER, this::register);
    opened.add(session);
    return session;
  }

  Call registered(SchedulerSession session) {
    Call call = client.nextCall().accept();
    call.decide(DECISION);
    assertThat(session.next(SOON)).contains(new Signal.Decided(DECISION));
    return call;
  }

  static String lost(SchedulerSession session) {
    Optional<Signal> signal = session.next(SOON);
    assertThat(signal).get().isInstanceOf(Signal.Lost.class);
    return ((Signal.Lost) signal.orElseThrow()).reason();
  }

  Register register() {
    return new Register(
        TaskSpec.ofUrl("http://o/f"),
        TaskFacts.NONE,
        Objects.requireNonNull(held.get()),
        Optional.empty(),
        false,
        false,
        0,
        1);
  }

  static PeerEvent piece(int number) {
    return new PeerEvent.PieceFinished(
        new Piece(
            number,
            number,
            1,
            Optional.empty(),
            Piece.Traffic.REMOTE_PEER,
            Optional.of("parent"),
            Duration.ofMillis(1),
            Instant.EPOCH));
  }

  private void announce(InetSocketAddress scheduler) {
    if (client.down.contains(scheduler)) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "down");
    }
    announcements.add(scheduler);
  }

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }

  @Override
  public void close() {
    opened.forEach(SchedulerSession::close);
  }
}
