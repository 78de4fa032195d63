package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a peer is worth to others follows from what it has, and not from what it says. */
class StandingTest {
  private static final Optional<ByteRange> RANGE = Optional.of(new ByteRange(0, 1 << 20));
  private static final Optional<ByteRange> EVERYTHING = Optional.empty();

  private final SessionFixture fixture = new SessionFixture();
  private final Host one = Samples.host("one");
  private final Host two = Samples.host("two");
  private final Host upstream = Samples.upstream("upstream");

  @BeforeEach
  void announce() {
    fixture.announce(one, two, upstream);
  }

  @Test
  void aRangeThatIsFinishedIsNotTheWhole() {
    Talk reader = fixture.talk(one, "reader").register(TaskFacts.NONE, PieceBitmap.EMPTY, RANGE);
    reader.readsSource(Samples.facts(50));
    reader.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    reader.say(new PeerEvent.BackToSourceFinished(Samples.facts(50), PieceBitmap.full(1)));
    Candidate seen = only();
    assertThat(seen.standing()).isEqualTo(Standing.PARTIAL);
    assertThat(seen.finished()).isFalse();
  }

  @Test
  void whoReadsARangeOfTheSourceDoesNotGetEverything() {
    fixture
        .talk(one, "reader")
        .register(TaskFacts.NONE, PieceBitmap.EMPTY, RANGE)
        .readsSource(Samples.facts(50));
    assertThat(fixture.view().candidates()).isEmpty();
  }

  @Test
  void aWholeIsAllPiecesOfTheKnownLength() {
    fixture.talk(one, "reader").register().readsSource(Samples.facts(3));
    Talk liar = fixture.talk(two, "liar").register();
    liar.say(new PeerEvent.Finished(Samples.facts(1), PieceBitmap.full(1)));
    assertThat(candidate(two).standing()).isEqualTo(Standing.PARTIAL);
    Talk honest = fixture.talk(two, "honest").register();
    honest.say(new PeerEvent.Finished(Samples.facts(3), PieceBitmap.full(3)));
    assertThat(candidate(two).standing()).isEqualTo(Standing.FULL);
    assertThat(candidate(two).finished()).isTrue();
  }

  @Test
  void anUpstreamPeerThatIsDoneHasWhatItWanted() {
    Talk ranged = fixture.talk(upstream, "r").register(Samples.facts(4), PieceBitmap.EMPTY, RANGE);
    ranged.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    ranged.say(new PeerEvent.Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    assertThat(only().standing()).isEqualTo(Standing.PARTIAL);

    fixture
        .talk(upstream, "w")
        .register(Samples.facts(4), PieceBitmap.EMPTY, EVERYTHING)
        .say(new PeerEvent.Finished(TaskFacts.NONE, PieceBitmap.EMPTY));
    assertThat(only().standing()).isEqualTo(Standing.FULL);
    assertThat(only().pieceCount()).isEqualTo(4);
  }

  @Test
  void whatARegisterSaysOfTheContentIsNotBelieved() {
    fixture.talk(one, "liar").register(Samples.facts(9), PieceBitmap.EMPTY, EVERYTHING);
    fixture.talk(upstream, "plain").register(Samples.facts(8), PieceBitmap.EMPTY, EVERYTHING);
    assertThat(facts()).isEqualTo(TaskFacts.NONE);
  }

  @Test
  void anUpstreamReaderTellsTheLengthsThatItRegisteredWith() {
    fixture
        .talk(upstream, "plain")
        .register(Samples.facts(8), PieceBitmap.EMPTY, EVERYTHING)
        .readsSource(TaskFacts.NONE);
    assertThat(facts().contentLength()).hasValue(8 * Samples.PIECE_LENGTH);
    assertThat(only().standing()).isEqualTo(Standing.FULL);
  }

  @Test
  void aReaderOfAnotherStateOfTheSourceIsNobodysParent() {
    TaskFacts first = Samples.facts(3).withVersion(new SourceVersion("1".repeat(32)));
    TaskFacts changed = Samples.facts(3).withVersion(new SourceVersion("2".repeat(32)));
    fixture.talk(one, "first").register().readsSource(first);
    Talk second = fixture.talk(two, "second").registerForSource().readsSource(changed);
    second.say(new PeerEvent.BackToSourceFinished(changed, PieceBitmap.full(3)));
    assertThat(only().host()).isEqualTo(one);
    assertThat(facts().version()).isEqualTo(first.version());
  }

  @Test
  void whoComesBackWithPiecesOfAnotherStateIsNobodysParent() {
    TaskFacts now = Samples.facts(3).withVersion(new SourceVersion("2".repeat(32)));
    TaskFacts former = Samples.facts(3).withVersion(new SourceVersion("1".repeat(32)));
    fixture.talk(one, "reader").register().readsSource(now);
    Talk back = fixture.talk(two, "back").register(former, PieceBitmap.full(2), EVERYTHING);
    back.say(new PeerEvent.Finished(former, PieceBitmap.full(3)));
    assertThat(only().host()).isEqualTo(one);
  }

  private Candidate only() {
    assertThat(fixture.view().candidates()).hasSize(1);
    return fixture.view().candidates().getFirst();
  }

  private Candidate candidate(Host host) {
    return fixture.view().candidates().stream()
        .filter(seen -> seen.host().equals(host))
        .findFirst()
        .orElseThrow();
  }

  private TaskFacts facts() {
    return fixture.view().task().orElseThrow().facts().withReaderKeys(java.util.List.of());
  }
}
