package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who deletes a peer ends its stream, whatever that still says. */
class DeletedPeerTest {
  private final SessionFixture fixture = new SessionFixture();
  private final Host one = Samples.host("one");
  private final Host two = Samples.host("two");

  @BeforeEach
  void announce() {
    fixture.announce(one, two);
  }

  @Test
  void theStreamOfADeletedPeerEndsAtItsNextWordAndDoesNotWriteItAgain() {
    Talk peer = fixture.talk(one, "peer").register().readsSource(Samples.facts(3));
    fixture.memory.graph().peers().delete(fixture.task, peer.id);
    peer.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    fixture.time.advance(fixture.config.timing().pieceFlush());
    assertThat(peer.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(peer.error).hasMessageContaining("deleted");
    assertGone();
  }

  @Test
  void aSilentStreamOfADeletedPeerEndsBeforeItsLeaseDoes() {
    Talk peer = fixture.talk(one, "peer").register().readsSource(Samples.facts(3));
    fixture.memory.graph().peers().delete(fixture.task, peer.id);
    fixture.time.advance(fixture.config.timing().peerLease().dividedBy(3));
    assertThat(peer.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertGone();
  }

  @Test
  void aDeletedPeerIsNotThereAgainWhenItsStreamEndsWellOrBreaks() {
    Talk peer = fixture.talk(one, "peer").register().readsSource(Samples.facts(3));
    fixture.memory.graph().peers().delete(fixture.task, peer.id);
    peer.say(new PeerEvent.BackToSourceFinished(Samples.facts(3), PieceBitmap.full(3)));
    assertThat(peer.ended).isTrue();
    assertGone();
    Talk other = fixture.talk(two, "other").register().readsSource(Samples.facts(3));
    fixture.memory.graph().peers().delete(fixture.task, other.id);
    other.breakOff();
    assertGone();
  }

  private void assertGone() {
    assertThat(fixture.view().candidates()).isEmpty();
    assertThat(fixture.view().sourceReaders()).isEmpty();
  }
}
