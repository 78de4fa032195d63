package dev.dragonfly.dfdaemon.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PeerEvent.Finished;
import dev.dragonfly.common.announce.PeerEvent.Register;
import dev.dragonfly.common.announce.PeerEvent.Started;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.TaskRing;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.dynconfig.FakeSchedulers;
import dev.dragonfly.dfdaemon.dynconfig.SchedulerConfig;
import dev.dragonfly.dfdaemon.session.FakeSchedulerClient.Call;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RingSchedulerSessionsTest {

  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final PeerId PEER = new PeerId("10.0.0.9-node-1");
  private static final InetSocketAddress A = scheduler(1);
  private static final InetSocketAddress B = scheduler(2);
  private static final InetSocketAddress C = scheduler(3);
  private static final ScheduleDecision DECISION =
      new ScheduleDecision.MetadataOnly(TaskFacts.NONE);
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration NOW = Duration.ofMillis(1);
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ManualTime time = new ManualTime();
  private final FakeSchedulerClient client = new FakeSchedulerClient();
  private final List<InetSocketAddress> announcements = new CopyOnWriteArrayList<>();
  private final AtomicReference<PieceBitmap> held = new AtomicReference<>(PieceBitmap.EMPTY);
  private final List<SchedulerSession> opened = new CopyOnWriteArrayList<>();
  private FakeSchedulers schedulers = new FakeSchedulers(A);

  @AfterEach
  void closeSessions() {
    opened.forEach(SchedulerSession::close);
  }

  @Test
  void registersFirstAndPassesTheDecisionOn() {
    SchedulerSession session = open();
    Call call = client.nextCall().accept();
    session.send(new Started());
    call.decide(DECISION);

    assertThat(call.received).containsExactly(register(), new Started());
    assertThat(session.next(SOON)).contains(new Signal.Decided(DECISION));
    assertThat(session.connected()).isTrue();
  }

  @Test
  void withoutAnySchedulerItIsLostAtOnceAndRegistersWhenOneAppears() {
    schedulers = new FakeSchedulers();
    SchedulerSession session = open();

    assertThat(lost(session)).contains("no scheduler is known");
    schedulers.become(B);
    assertThat(client.nextCall().scheduler).isEqualTo(B);
  }

  @Test
  void tellsTheLossOnceWhileTriesGoOnAlongTheRing() {
    schedulers = new FakeSchedulers(A, B, C);
    client.down.addAll(List.of(A, B, C));
    SchedulerSession session = open();
    List<InetSocketAddress> order = TaskRing.of(schedulers.current()).order(TASK);

    assertThat(List.of(client.nextCall(), client.nextCall(), client.nextCall()))
        .extracting(call -> call.scheduler)
        .containsExactlyElementsOf(order);
    assertThat(lost(session)).contains("connection refused");
    time.advance(PAUSE);
    assertThat(client.nextCall().scheduler).isEqualTo(order.getFirst());
    assertThat(session.next(NOW)).isEmpty();
    assertThat(schedulers.refreshes).hasPositiveValue();
  }

  @Test
  void aSchedulerThatCannotBeConnectedIsLeftAfterOneSecond() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    Call first = client.nextCall();

    time.advance(Duration.ofMillis(999));
    assertThat(session.next(NOW)).isEmpty();
    time.advance(Duration.ofMillis(1));

    assertThat(lost(session)).contains("connection");
    assertThat(first.cancelled).isTrue();
    assertThat(client.nextCall().scheduler).isNotEqualTo(first.scheduler);
  }

  @Test
  void aSchedulerWithoutHeadersIsLeftAfterThreeSeconds() {
    SchedulerSession session = open();
    Call call = client.nextCall();
    call.writable = true;
    call.listener.ready();

    time.advance(Duration.ofMillis(2999));
    assertThat(call.cancelled).isFalse();
    time.advance(Duration.ofMillis(1));

    assertThat(lost(session)).contains("headers");
    assertThat(call.cancelled).isTrue();
  }

  @Test
  void anUpstreamSchedulerMaySendItsHeadersWithItsAnswer() {
    client.upstream.add(A);
    open();
    Call call = client.nextCall();
    call.writable = true;
    call.listener.ready();

    time.advance(Duration.ofMillis(14_999));
    assertThat(call.cancelled).isFalse();
    time.advance(Duration.ofMillis(1));
    assertThat(call.cancelled).isTrue();
  }

  @Test
  void aSilentSchedulerIsLeftWhenTheRegisterIsNotAnswered() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    Call silent = client.nextCall().accept();

    time.advance(Duration.ofSeconds(15));

    assertThat(lost(session)).contains("answer to register");
    assertThat(client.nextCall().scheduler).isNotEqualTo(silent.scheduler);
  }

  @Test
  void aSilentSchedulerIsLeftWhenARescheduleIsNotAnswered() {
    SchedulerSession session = open();
    Call silent = registered(session);
    session.send(new PeerEvent.Reschedule(List.of(PEER), "stalled"));

    time.advance(Duration.ofSeconds(15));

    assertThat(lost(session)).contains("answer to reschedule");
    assertThat(silent.cancelled).isTrue();
  }

  @Test
  void anAnswerStopsTheClock() {
    SchedulerSession session = open();
    Call call = registered(session);

    time.advance(Duration.ofHours(1));

    assertThat(call.cancelled).isFalse();
    assertThat(session.connected()).isTrue();
  }

  @Test
  void afterABrokenStreamItRegistersElsewhereWithWhatItHoldsThen() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    Call first = registered(session);
    session.send(new Started());
    held.set(PieceBitmap.full(3));

    first.fail(ErrorCode.UNAVAILABLE, "connection reset");

    assertThat(lost(session)).contains("connection reset");
    Call second = client.nextCall().accept();
    assertThat(second.scheduler).isNotEqualTo(first.scheduler);
    assertThat(second.received).containsExactly(register(), new Started());
    assertThat(((Register) second.received.getFirst()).held()).isEqualTo(PieceBitmap.full(3));
  }

  @Test
  void theOnlySchedulerIsTriedAgainAtOnceWhenTheConversationHadLasted() {
    SchedulerSession session = open();
    Call first = registered(session);
    time.advance(Duration.ofMinutes(1));

    first.fail(ErrorCode.UNAVAILABLE, "goaway");

    assertThat(client.nextCall().scheduler).isEqualTo(A);
  }

  @Test
  void aSchedulerThatAcceptsAndBreaksIsNotTriedWithoutPause() {
    SchedulerSession session = open();
    registered(session).fail(ErrorCode.UNAVAILABLE, "crash");
    assertThat(client.calls).isEmpty();

    time.advance(PAUSE);
    client.nextCall().accept().decide(DECISION);
    client.calls.clear();
    time.advance(PAUSE);

    assertThat(client.calls).isEmpty();
  }

  @Test
  void everyOutageIsToldOnce() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    registered(session).fail(ErrorCode.UNAVAILABLE, "first");
    assertThat(lost(session)).contains("first");

    registered(session).fail(ErrorCode.UNAVAILABLE, "second");

    assertThat(lost(session)).contains("second");
  }

  @Test
  void aSchedulerThatDoesNotKnowTheHostIsToldAndAskedAgainOnce() {
    SchedulerSession session = open();
    client.nextCall().accept().fail(ErrorCode.NOT_FOUND, "host not found");

    client.nextCall().accept().decide(DECISION);

    assertThat(session.next(SOON)).contains(new Signal.Decided(DECISION));
    assertThat(announcements).containsExactly(A);
  }

  @Test
  void aSecondNotFoundCountsAsAFailure() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    Call first = client.nextCall().accept();
    first.fail(ErrorCode.NOT_FOUND, "host not found");
    client.nextCall().accept().fail(ErrorCode.NOT_FOUND, "host not found");

    assertThat(lost(session)).contains("host not found");
    assertThat(client.nextCall().scheduler).isNotEqualTo(first.scheduler);
  }

  @Test
  void aRefusalOfTheRequestIsFinal() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();

    client.nextCall().accept().fail(ErrorCode.FAILED_PRECONDITION, "LEVEL1 peer is forbidden");

    assertThat(lost(session)).contains("forbidden");
    time.advance(Duration.ofMinutes(1));
    assertThat(client.calls).isEmpty();
  }

  @Test
  void pieceReportsWithoutAConnectionAreDroppedAndOthersAreNot() {
    schedulers = new FakeSchedulers();
    SchedulerSession session = open();
    session.send(new PeerEvent.BackToSourceStarted(TaskFacts.NONE));
    session.send(piece(0));
    schedulers.become(A);

    Call call = client.nextCall().accept();
    call.decide(DECISION);
    session.send(piece(1));

    assertThat(call.received)
        .containsExactly(register(), new PeerEvent.BackToSourceStarted(TaskFacts.NONE), piece(1));
  }

  @Test
  void aSlowConnectionLosesTheOldestReportsAndNothingElse() {
    SchedulerSession session = open();
    Call call = registered(session);
    call.writable = false;
    session.send(new Started());
    for (int i = 0; i < Outbox.MAX_REPORTS + 10; i++) {
      session.send(piece(i));
    }
    call.writable = true;
    call.listener.ready();

    assertThat(call.received).hasSize(2 + Outbox.MAX_REPORTS);
    assertThat(call.received.get(1)).isEqualTo(new Started());
    assertThat(call.received.get(2)).isEqualTo(piece(10));
  }

  @Test
  void closeWaitsUntilTheSchedulerHasEndedTheStreamAfterTheLastWord() throws Exception {
    SchedulerSession session = open();
    Call call = registered(session);
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));

    Thread closing = Thread.ofVirtual().start(session::close);
    assertThat(call.cancelled).isFalse();
    call.end();
    closing.join(SOON);

    assertThat(closing.isAlive()).isFalse();
    assertThat(call.received.getLast()).isEqualTo(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    assertThat(call.cancelled).isFalse();
    assertThat(session.connected()).isFalse();
  }

  @Test
  void closeGivesUpOnASchedulerThatDoesNotEndTheStream() {
    SchedulerSession session = open();
    Call call = registered(session);
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));

    session.close();

    assertThat(call.halfClosed).isTrue();
    assertThat(call.cancelled).isTrue();
  }

  @Test
  void theLastWordIsKeptForTheNextScheduler() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    Call first = registered(session);
    session.send(new Started());
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    first.fail(ErrorCode.UNAVAILABLE, "killed");

    Call second = client.nextCall().accept();

    assertThat(second.received)
        .containsExactly(
            register(), new Started(), new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    second.end();
    session.close();
    assertThat(second.cancelled).isFalse();
    assertThat(session.next(NOW)).isEmpty();
  }

  @Test
  void closeDoesNotWaitWhenNobodyIsThere() {
    client.down.add(A);
    SchedulerSession session = open();
    assertThat(lost(session)).isNotEmpty();
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    long before = System.nanoTime();

    session.close();

    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void whatAnAbandonedStreamSaysIsNotListenedTo() {
    schedulers = new FakeSchedulers(A, B);
    SchedulerSession session = open();
    Call late = client.nextCall();
    time.advance(Duration.ofSeconds(1));
    assertThat(lost(session)).isNotEmpty();
    Call next = client.nextCall().accept();

    late.decide(DECISION);
    late.fail(ErrorCode.CANCELLED, "cancelled");

    assertThat(session.next(NOW)).isEmpty();
    assertThat(next.cancelled).isFalse();
  }

  @Test
  void theNextDownloadDoesNotWaitForASchedulerThatIsSilent() {
    schedulers = new FakeSchedulers(A, B);
    RingSchedulerSessions sessions = sessions();
    open(sessions);
    Call silent = client.nextCall();
    time.advance(Duration.ofSeconds(1));
    client.nextCall();

    open(sessions);

    assertThat(client.nextCall().scheduler).isNotEqualTo(silent.scheduler);
  }

  @Test
  void aDownloadIsToldAtOnceWhenEverySchedulerIsSilent() {
    RingSchedulerSessions sessions = sessions();
    open(sessions);
    client.nextCall();
    time.advance(Duration.ofSeconds(1));

    SchedulerSession second = open(sessions);

    assertThat(lost(second)).contains("a moment ago");
    registered(second);
    assertThat(second.connected()).isTrue();
  }

  @Test
  void lengthsAreNeededWhenAnUpstreamSchedulerIsKnown() {
    RingSchedulerSessions sessions = sessions();
    assertThat(sessions.needsLengths()).isFalse();

    client.upstream.add(A);

    assertThat(sessions.needsLengths()).isTrue();
  }

  private Call registered(SchedulerSession session) {
    Call call = client.nextCall().accept();
    call.decide(DECISION);
    assertThat(session.next(SOON)).contains(new Signal.Decided(DECISION));
    return call;
  }

  private static String lost(SchedulerSession session) {
    Optional<Signal> signal = session.next(SOON);
    assertThat(signal).get().isInstanceOf(Signal.Lost.class);
    return ((Signal.Lost) signal.orElseThrow()).reason();
  }

  private SchedulerSession open() {
    return open(sessions());
  }

  private SchedulerSession open(RingSchedulerSessions sessions) {
    SchedulerSession session = sessions.open(TASK, PEER, this::register);
    opened.add(session);
    return session;
  }

  private RingSchedulerSessions sessions() {
    Duration second = Duration.ofSeconds(1);
    SchedulerConfig config =
        new SchedulerConfig(
            List.of(),
            second,
            second,
            second,
            second,
            Duration.ofSeconds(3),
            Duration.ofSeconds(15),
            Duration.ofMillis(200),
            second);
    return new RingSchedulerSessions(
        client, schedulers, this::announce, config, time, time, new Random(1));
  }

  private void announce(InetSocketAddress scheduler) {
    if (client.down.contains(scheduler)) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "down");
    }
    announcements.add(scheduler);
  }

  private Register register() {
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

  private static PeerEvent piece(int number) {
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

  private static InetSocketAddress scheduler(int last) {
    return new InetSocketAddress(InetAddress.ofLiteral("10.0.0." + last), 8002);
  }
}
