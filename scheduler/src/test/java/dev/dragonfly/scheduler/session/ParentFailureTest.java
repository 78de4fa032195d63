package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer says of parents that failed it, and what becomes of them. */
class ParentFailureTest {
  private final SessionFixture fixture = new SessionFixture();
  private final Host one = Samples.host("one");
  private final Host two = Samples.host("two");
  private final Host three = Samples.host("three");

  @BeforeEach
  void announce() {
    fixture.announce(one, two, three);
  }

  @Test
  void failedParentsComeBackAfterARest() {
    fixture.holder(one, "holder");
    Talk peer = fixture.talk(two, "peer").register();
    peer.say(new PeerEvent.Reschedule(List.of(new PeerId("holder")), "stalled"));
    assertThat(peer.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
    fixture.time.advance(ParentHistory.REST);
    peer.say(new PeerEvent.Reschedule(List.of(), "the source failed"));
    assertThat(peer.lastParents()).containsExactly(new PeerId("holder"));
  }

  @Test
  void failedParentsAreNotOfferedAgain() {
    fixture.holder(one, "holder");
    fixture.holder(three, "other");
    Talk peer = fixture.talk(two, "peer").register();
    peer.say(new PeerEvent.Reschedule(List.of(new PeerId("holder")), "stalled"));
    assertThat(peer.lastParents()).containsExactly(new PeerId("other"));
    peer.say(new PeerEvent.Reschedule(List.of(new PeerId("other")), "stalled"));
    assertThat(peer.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void aReaderThatFailedOnePeerIsWaitedForInsteadOfASecondReading() {
    Talk reader = fixture.talk(one, "reader").register().readsSource(Samples.facts(3));
    Talk peer = fixture.talk(two, "peer").register();
    assertThat(peer.lastParents()).containsExactly(reader.id);
    peer.say(new PeerEvent.Reschedule(List.of(reader.id), "stalled"));
    assertThat(peer.answers).hasSize(1);
    assertThat(fixture.view().sourceReaders()).containsExactly(reader.id);
    fixture.time.advance(fixture.config.timing().parentWait().plusMillis(1));
    assertThat(peer.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void aBusyParentIsNobodysFailure() {
    fixture.holder(one, "holder");
    Talk peer = fixture.talk(two, "peer").register();
    peer.say(new PeerEvent.PieceFailed(OptionalInt.of(0), new PeerId("holder"), PieceFailure.BUSY));
    peer.say(new PeerEvent.Reschedule(List.of(), "nothing came"));
    assertThat(peer.lastParents()).containsExactly(new PeerId("holder"));
    assertThat(fixture.graph.calls("blame")).isZero();
    assertThat(fixture.meters.counter("dragonfly_scheduler_busy_parents_reported").count())
        .isEqualTo(1);
  }

  @Test
  void aParentThatSentWrongBytesIsBlamed() {
    fixture.holder(one, "liar");
    Talk peer = fixture.talk(two, "peer").register();
    peer.say(
        new PeerEvent.PieceFailed(OptionalInt.of(3), new PeerId("liar"), PieceFailure.CORRUPT));
    assertThat(fixture.view().candidates())
        .filteredOn(candidate -> candidate.peerId().value().equals("liar"))
        .allMatch(candidate -> candidate.blames() == 1)
        .hasSize(1);
    assertThat(fixture.meters.counter("dragonfly_scheduler_corrupt_pieces_reported").count())
        .isEqualTo(1);
  }

  @Test
  void aParentOfAnEarlierStreamThatSentWrongBytesIsBlamed() {
    PeerId liar = Samples.peer(one, "liar");
    fixture.holder(one, liar.value());
    Talk before = fixture.talk(two, "peer").register();
    assertThat(before.lastParents()).containsExactly(liar);
    before.breakOff();
    fixture.time.advance(Duration.ofMillis(1));
    fixture.memory.graph().peers().delete(fixture.task, liar);
    Talk now = fixture.talk(two, "peer").register();
    for (int i = 0; i < 3; i++) {
      now.say(new PeerEvent.PieceFailed(OptionalInt.of(3), liar, PieceFailure.CORRUPT));
    }
    assertThat(fixture.graph.calls("blame")).isEqualTo(1);
    fixture.holder(one, "again");
    assertThat(fixture.view().candidates())
        .filteredOn(candidate -> candidate.host().equals(one))
        .allMatch(candidate -> candidate.blames() == 1)
        .hasSize(1);
  }
}
