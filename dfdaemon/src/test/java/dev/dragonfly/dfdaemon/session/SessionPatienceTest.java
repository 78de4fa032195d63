package dev.dragonfly.dfdaemon.session;

import static dev.dragonfly.dfdaemon.session.SessionFixture.A;
import static dev.dragonfly.dfdaemon.session.SessionFixture.B;
import static dev.dragonfly.dfdaemon.session.SessionFixture.DECISION;
import static dev.dragonfly.dfdaemon.session.SessionFixture.NOW;
import static dev.dragonfly.dfdaemon.session.SessionFixture.PEER;
import static dev.dragonfly.dfdaemon.session.SessionFixture.lost;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.session.FakeConversations.Call;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long a session waits for whom. */
class SessionPatienceTest {
  private SessionFixture fixture = new SessionFixture(A);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void aSchedulerThatCannotBeConnectedIsLeftAfterOneSecond() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    Call first = fixture.client.nextCall();

    fixture.time.advance(Duration.ofMillis(999));
    assertThat(session.next(NOW)).isEmpty();
    fixture.time.advance(Duration.ofMillis(1));

    assertThat(lost(session)).contains("connection");
    assertThat(first.cancelled).isTrue();
    assertThat(fixture.client.nextCall().scheduler).isNotEqualTo(first.scheduler);
  }

  @Test
  void aSchedulerWithoutHeadersIsLeftAfterThreeSeconds() {
    SchedulerSession session = fixture.open();
    Call call = fixture.client.nextCall();
    call.writable = true;
    call.listener.ready();

    fixture.time.advance(Duration.ofMillis(2999));
    assertThat(call.cancelled).isFalse();
    fixture.time.advance(Duration.ofMillis(1));

    assertThat(lost(session)).contains("headers");
    assertThat(call.cancelled).isTrue();
  }

  @Test
  void anUpstreamSchedulerMaySendItsHeadersWithItsAnswer() {
    fixture.client.upstream.add(A);
    fixture.open();
    Call call = fixture.client.nextCall();
    call.writable = true;
    call.listener.ready();

    fixture.time.advance(Duration.ofMillis(14_999));
    assertThat(call.cancelled).isFalse();
    fixture.time.advance(Duration.ofMillis(1));
    assertThat(call.cancelled).isTrue();
  }

  @Test
  void aSilentSchedulerIsLeftWhenTheRegisterIsNotAnswered() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    Call silent = fixture.client.nextCall().accept();

    fixture.time.advance(Duration.ofSeconds(15));

    assertThat(lost(session)).contains("answer to register");
    assertThat(fixture.client.nextCall().scheduler).isNotEqualTo(silent.scheduler);
  }

  @Test
  void aSilentSchedulerIsLeftWhenARescheduleIsNotAnswered() {
    SchedulerSession session = fixture.open();
    Call silent = fixture.registered(session);
    session.send(new PeerEvent.Reschedule(List.of(PEER), "stalled"));

    fixture.time.advance(Duration.ofSeconds(15));

    assertThat(lost(session)).contains("answer to reschedule");
    assertThat(silent.cancelled).isTrue();
  }

  @Test
  void anAnswerStopsTheClock() {
    SchedulerSession session = fixture.open();
    Call call = fixture.registered(session);

    fixture.time.advance(Duration.ofHours(1));

    assertThat(call.cancelled).isFalse();
    assertThat(session.connected()).isTrue();
  }

  @Test
  void whatAnAbandonedStreamSaysIsNotListenedTo() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    Call late = fixture.client.nextCall();
    fixture.time.advance(Duration.ofSeconds(1));
    assertThat(lost(session)).isNotEmpty();
    Call next = fixture.client.nextCall().accept();

    late.decide(DECISION);
    late.fail(ErrorCode.CANCELLED, "cancelled");

    assertThat(session.next(NOW)).isEmpty();
    assertThat(next.cancelled).isFalse();
  }

  @Test
  void theNextDownloadDoesNotWaitForASchedulerThatIsSilent() {
    fixture = new SessionFixture(A, B);
    fixture.open();
    Call silent = fixture.client.nextCall();
    fixture.time.advance(Duration.ofSeconds(1));
    fixture.client.nextCall();

    fixture.open();

    assertThat(fixture.client.nextCall().scheduler).isNotEqualTo(silent.scheduler);
  }

  @Test
  void aDownloadIsToldAtOnceWhenEverySchedulerIsSilent() {
    fixture.open();
    fixture.client.nextCall();
    fixture.time.advance(Duration.ofSeconds(1));

    SchedulerSession second = fixture.open();

    assertThat(lost(second)).contains("a moment ago");
    fixture.registered(second);
    assertThat(second.connected()).isTrue();
  }
}
