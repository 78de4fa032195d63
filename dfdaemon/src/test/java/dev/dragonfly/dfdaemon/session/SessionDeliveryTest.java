package dev.dragonfly.dfdaemon.session;

import static dev.dragonfly.dfdaemon.session.SessionFixture.A;
import static dev.dragonfly.dfdaemon.session.SessionFixture.B;
import static dev.dragonfly.dfdaemon.session.SessionFixture.DECISION;
import static dev.dragonfly.dfdaemon.session.SessionFixture.NOW;
import static dev.dragonfly.dfdaemon.session.SessionFixture.SOON;
import static dev.dragonfly.dfdaemon.session.SessionFixture.lost;
import static dev.dragonfly.dfdaemon.session.SessionFixture.piece;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PeerEvent.Finished;
import dev.dragonfly.common.announce.PeerEvent.Started;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.session.FakeConversations.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What of a session arrives, however slow or short the conversation is. */
class SessionDeliveryTest {
  private SessionFixture fixture = new SessionFixture(A);

  @AfterEach
  void close() {
    fixture.close();
  }

  @Test
  void pieceReportsWithoutAConnectionAreDroppedAndOthersAreNot() {
    fixture = new SessionFixture();
    SchedulerSession session = fixture.open();
    session.send(new PeerEvent.BackToSourceStarted(TaskFacts.NONE));
    session.send(piece(0));
    fixture.schedulers.become(A);

    Call call = fixture.client.nextCall().accept();
    call.decide(DECISION);
    session.send(piece(1));

    assertThat(call.received)
        .containsExactly(
            fixture.register(), new PeerEvent.BackToSourceStarted(TaskFacts.NONE), piece(1));
  }

  @Test
  void aSlowConnectionLosesTheOldestReportsAndNothingElse() {
    SchedulerSession session = fixture.open();
    Call call = fixture.registered(session);
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
    SchedulerSession session = fixture.open();
    Call call = fixture.registered(session);
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));

    Thread closing = Thread.ofVirtual().start(session::close);
    assertThat(call.cancelled).isFalse();
    call.end();

    assertThat(closing.join(SOON)).isTrue();
    assertThat(call.received.getLast()).isEqualTo(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    assertThat(call.cancelled).isFalse();
    assertThat(session.connected()).isFalse();
  }

  @Test
  void closeGivesUpOnASchedulerThatDoesNotEndTheStream() {
    SchedulerSession session = fixture.open();
    Call call = fixture.registered(session);
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));

    session.close();

    assertThat(call.halfClosed).isTrue();
    assertThat(call.cancelled).isTrue();
  }

  @Test
  void theLastWordIsKeptForTheNextScheduler() {
    fixture = new SessionFixture(A, B);
    SchedulerSession session = fixture.open();
    Call first = fixture.registered(session);
    session.send(new Started());
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    first.fail(ErrorCode.UNAVAILABLE, "killed");

    Call second = fixture.client.nextCall().accept();

    assertThat(second.received)
        .containsExactly(
            fixture.register(), new Started(), new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    second.end();
    session.close();
    assertThat(second.cancelled).isFalse();
    assertThat(session.next(NOW)).isEmpty();
  }

  @Test
  void closeDoesNotWaitWhenNobodyIsThere() throws Exception {
    fixture = new SessionFixture("30s", A);
    fixture.client.down.add(A);
    SchedulerSession session = fixture.open();
    assertThat(lost(session)).isNotEmpty();
    session.send(new Finished(TaskFacts.NONE, PieceBitmap.EMPTY));

    Thread closing = Thread.ofVirtual().start(session::close);

    assertThat(closing.join(SOON)).isTrue();
  }
}
