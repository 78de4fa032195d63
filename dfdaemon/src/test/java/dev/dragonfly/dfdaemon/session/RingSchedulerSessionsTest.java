package dev.dragonfly.dfdaemon.session;

import static dev.dragonfly.dfdaemon.session.SessionFixture.A;
import static dev.dragonfly.dfdaemon.session.SessionFixture.B;
import static dev.dragonfly.dfdaemon.session.SessionFixture.C;
import static dev.dragonfly.dfdaemon.session.SessionFixture.DECISION;
import static dev.dragonfly.dfdaemon.session.SessionFixture.NOW;
import static dev.dragonfly.dfdaemon.session.SessionFixture.SOON;
import static dev.dragonfly.dfdaemon.session.SessionFixture.TASK;
import static dev.dragonfly.dfdaemon.session.SessionFixture.lost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent.Register;
import dev.dragonfly.common.announce.PeerEvent.Started;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.TaskRing;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.dfdaemon.session.FakeConversations.Call;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which scheduler a session speaks to, and what it does when that one is lost. */
class RingSchedulerSessionsTest {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private SessionFixture fixture = new SessionFixture(A);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void registersFirstAndPassesTheDecisionOn() {
    SchedulerSession session = fixture.open();
    Call call = fixture.client.nextCall().accept();
    session.send(new Started());
    call.decide(DECISION);

    assertThat(call.received).containsExactly(fixture.register(), new Started());
    assertThat(session.next(SOON)).contains(new Signal.Decided(DECISION));
    assertThat(session.connected()).isTrue();
  }

  @Test
  void withoutAnySchedulerItIsLostAtOnceAndRegistersWhenOneAppears() {
    fixture = new SessionFixture();
    SchedulerSession session = fixture.open();

    assertThat(lost(session)).contains("no scheduler is known");
    fixture.schedulers.become(B);
    assertThat(fixture.client.nextCall().scheduler).isEqualTo(B);
  }

  @Test
  void tellsTheLossOnceWhileTriesGoOnAlongTheRing() {
    fixture = new SessionFixture(A, B, C);
    fixture.client.down.addAll(List.of(A, B, C));
    SchedulerSession session = fixture.open();
    List<InetSocketAddress> order = TaskRing.of(fixture.schedulers.current()).order(TASK);

    assertThat(
            List.of(
                fixture.client.nextCall(), fixture.client.nextCall(), fixture.client.nextCall()))
        .extracting(call -> call.scheduler)
        .containsExactlyElementsOf(order);
    assertThat(lost(session)).contains("connection refused");
    fixture.time.advance(PAUSE);
    assertThat(fixture.client.nextCall().scheduler).isEqualTo(order.getFirst());
    assertThat(session.next(NOW)).isEmpty();
    assertThat(fixture.schedulers.refreshes).hasPositiveValue();
  }

  @Test
  void afterABrokenStreamItRegistersElsewhereWithWhatItHoldsThen() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    Call first = fixture.registered(session);
    session.send(new Started());
    fixture.held.set(PieceBitmap.full(3));

    first.fail(ErrorCode.UNAVAILABLE, "connection reset");

    assertThat(lost(session)).contains("connection reset");
    Call second = fixture.client.nextCall().accept();
    assertThat(second.scheduler).isNotEqualTo(first.scheduler);
    assertThat(second.received).containsExactly(fixture.register(), new Started());
    assertThat(((Register) second.received.getFirst()).held()).isEqualTo(PieceBitmap.full(3));
  }

  @Test
  void theOnlySchedulerIsTriedAgainAtOnceWhenTheConversationHadLasted() {
    SchedulerSession session = fixture.open();
    Call first = fixture.registered(session);
    fixture.time.advance(Duration.ofMinutes(1));

    first.fail(ErrorCode.UNAVAILABLE, "goaway");

    assertThat(fixture.client.nextCall().scheduler).isEqualTo(A);
  }

  @Test
  void aSchedulerThatAcceptsAndBreaksIsNotTriedWithoutPause() {
    SchedulerSession session = fixture.open();
    fixture.registered(session).fail(ErrorCode.UNAVAILABLE, "crash");
    assertThat(fixture.client.calls).isEmpty();

    fixture.time.advance(PAUSE);
    fixture.client.nextCall().accept().decide(DECISION);
    fixture.client.calls.clear();
    fixture.time.advance(PAUSE);

    assertThat(fixture.client.calls).isEmpty();
  }

  @Test
  void everyOutageIsToldOnce() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    fixture.registered(session).fail(ErrorCode.UNAVAILABLE, "first");
    assertThat(lost(session)).contains("first");

    fixture.registered(session).fail(ErrorCode.UNAVAILABLE, "second");

    assertThat(lost(session)).contains("second");
  }

  @Test
  void aSchedulerThatDoesNotKnowTheHostIsToldAndAskedAgainOnce() {
    SchedulerSession session = fixture.open();
    fixture.client.nextCall().accept().fail(ErrorCode.NOT_FOUND, "host not found");

    fixture.client.nextCall().accept().decide(DECISION);

    assertThat(session.next(SOON)).contains(new Signal.Decided(DECISION));
    assertThat(fixture.announcements).containsExactly(A);
  }

  @Test
  void aSecondNotFoundCountsAsAFailure() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    Call first = fixture.client.nextCall().accept();
    first.fail(ErrorCode.NOT_FOUND, "host not found");
    fixture.client.nextCall().accept().fail(ErrorCode.NOT_FOUND, "host not found");

    assertThat(lost(session)).contains("host not found");
    assertThat(fixture.client.nextCall().scheduler).isNotEqualTo(first.scheduler);
  }

  @Test
  void aRefusalOfTheRequestIsFinal() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();

    fixture
        .client
        .nextCall()
        .accept()
        .fail(ErrorCode.FAILED_PRECONDITION, "LEVEL1 peer is forbidden");

    assertThat(lost(session)).contains("forbidden");
    fixture.time.advance(Duration.ofMinutes(1));
    assertThat(fixture.client.calls).isEmpty();
  }

  @Test
  void lengthsAreNeededWhenAnUpstreamSchedulerIsKnown() {
    assertThat(fixture.sessions.needsLengths()).isFalse();

    fixture.client.upstream.add(A);

    assertThat(fixture.sessions.needsLengths()).isTrue();
  }
}
