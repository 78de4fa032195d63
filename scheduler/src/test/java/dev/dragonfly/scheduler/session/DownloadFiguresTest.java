package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.figures.FigureReporter;
import dev.dragonfly.scheduler.figures.Slot;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What downloads add to the figures: each byte once, by who gave it. */
final class DownloadFiguresTest {
  private static final long PIECE = Samples.PIECE_LENGTH;

  private final SessionFixture fixture = new SessionFixture();
  private final Host one = Samples.host("one");
  private final Host two = Samples.host("two");
  private final Host seed = Samples.seed("seed", 4001);
  private final Host upstream = Samples.upstream("upstream");

  @BeforeEach
  void announce() {
    fixture.announce(one, two, seed, upstream);
  }

  @Test
  void aReaderOfTheSourceAndItsChild() {
    Talk reader = fixture.talk(one, "reader").registerForSource().readsSource(Samples.facts(2));
    reader.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    reader.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    reader.say(new PeerEvent.PieceFinished(Samples.piece(1)));
    reader.say(new PeerEvent.BackToSourceFinished(Samples.facts(2), PieceBitmap.full(2)));
    Talk child = fixture.talk(two, "child").register().say(new PeerEvent.Started());
    child.say(new PeerEvent.PieceFinished(from(0, reader.id)));
    child.say(new PeerEvent.PieceFinished(from(1, reader.id)));
    child.say(new PeerEvent.Finished(Samples.facts(2), PieceBitmap.full(2)));
    Slot slot = slot();
    assertThat(slot.originBytes()).isEqualTo(2 * PIECE);
    assertThat(slot.peerBytes()).isEqualTo(2 * PIECE);
    assertThat(slot.seedBytes()).isZero();
    assertThat(slot.downloads()).isEqualTo(2);
    assertThat(slot.backToSource()).isEqualTo(1);
    assertThat(slot.failures()).isZero();
  }

  @Test
  void whatASeedGaveIsOfSeedsAlsoWhenTheStreamThatWasGivenItIsGone() {
    Talk seeding = fixture.talk(seed, "seeding").registerForSource().readsSource(Samples.facts(2));
    Talk child = fixture.talk(two, "child").register().say(new PeerEvent.Started());
    assertThat(child.lastParents()).containsExactly(seeding.id);
    child.say(new PeerEvent.PieceFinished(from(0, seeding.id)));
    child.say(new PeerEvent.PieceFinished(from(1, Samples.peer(seed, "of an earlier stream"))));
    assertThat(slot().seedBytes()).isEqualTo(2 * PIECE);
  }

  @Test
  void whatWasHeldBeforeIsNotCountedAndWhatWasNotReportedIsAtTheEnd() {
    Talk peer = fixture.talk(one, "peer");
    peer.register(Samples.facts(4), PieceBitmap.full(1), Optional.empty());
    peer.say(new PeerEvent.Started());
    peer.say(new PeerEvent.PieceFinished(from(1, Samples.peer(two, "p"))));
    peer.say(new PeerEvent.Finished(Samples.facts(4), PieceBitmap.full(4)));
    assertThat(slot().peerBytes()).isEqualTo(3 * PIECE);
  }

  @Test
  void anUpstreamPeerThatReportsNoPieceCountsWhole() {
    Talk peer = fixture.talk(upstream, "peer").register();
    peer.say(new PeerEvent.BackToSourceFinished(Samples.facts(3), PieceBitmap.EMPTY));
    Slot slot = slot();
    assertThat(slot.originBytes()).isEqualTo(3 * PIECE);
    assertThat(slot.backToSource()).isEqualTo(1);
  }

  @Test
  void whoOnlyMakesHimselfKnownDownloadsNothing() {
    Talk known = fixture.talk(one, "known").registerKnown().say(new PeerEvent.Started());
    known.say(new PeerEvent.Finished(Samples.facts(1), PieceBitmap.full(1)));
    Slot slot = slot();
    assertThat(slot.downloads()).isZero();
    assertThat(slot.peerBytes()).isZero();
  }

  @Test
  void failuresAreCountedOnce() {
    fixture.talk(one, "failing").register().say(new PeerEvent.BackToSourceFailed("no route"));
    assertThat(slot().failures()).isEqualTo(1);
    assertThat(slot().failures()).isZero();
  }

  private Slot slot() {
    List<Slot> told = new ArrayList<>();
    FigureReporter reporter =
        new FigureReporter(
            fixture.figures,
            new FigureReporter.Gauges(() -> 0, () -> 0),
            (slots, bound) -> told.addAll(slots),
            new ManualTime(),
            Runnable::run);
    reporter.close();
    return told.getFirst();
  }

  private static Piece from(int number, PeerId parent) {
    Piece piece = Samples.piece(number);
    return new Piece(
        number,
        piece.offset(),
        piece.length(),
        piece.digest(),
        Piece.Traffic.REMOTE_PEER,
        Optional.of(parent.value()),
        Duration.ofMillis(1),
        piece.createdAt());
  }
}
