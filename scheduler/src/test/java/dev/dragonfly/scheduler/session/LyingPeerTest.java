package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Everything a registered peer can lie about, and how little comes of it. */
class LyingPeerTest {
  private static final int INSISTENT = 1000;

  /** What a message may cost when a thousand come at once: a burst, not a multiple of them. */
  private static final int BURST = 60;

  private final SessionFixture fixture = new SessionFixture();
  private final Host liars = Samples.host("liars");
  private final Host one = Samples.host("one");
  private final Host two = Samples.host("two");
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void start() {
    fixture.announce(liars, one, two);
    log.start();
    root().addAppender(log);
  }

  @AfterEach
  void stop() {
    root().detachAppender(log);
  }

  @Test
  void nobodyIsToldOfAnEmptyContentThatNobodyRead() {
    fixture
        .talk(liars, "liar")
        .register(TaskFacts.NONE.withContentLength(0), PieceBitmap.full(1), Optional.empty());
    Talk honest = fixture.talk(one, "honest").register();
    assertThat(honest.last().facts().contentLength()).isEmpty();
    assertThat(honest.last()).isNotInstanceOf(ScheduleDecision.EmptyTask.class);
  }

  @Test
  void whatAPeerClaimsGivesWayToWhatAReaderReads() {
    fixture.talk(liars, "liar").register(Samples.facts(900), PieceBitmap.full(3), Optional.empty());
    fixture.talk(one, "reader").registerForSource().readsSource(Samples.facts(3));
    Talk honest = fixture.talk(two, "honest").register();
    assertThat(honest.last().facts().contentLength()).hasValue(3 * Samples.PIECE_LENGTH);
  }

  @Test
  void aDigestThatAPeerNamesIsItsOwnWish() {
    Digest wish = Digest.parse("sha256:" + "0".repeat(64));
    fixture
        .talk(liars, "liar")
        .register()
        .readsSource(
            new TaskFacts(
                OptionalLong.of(Samples.PIECE_LENGTH),
                OptionalLong.of(Samples.PIECE_LENGTH),
                Map.of(),
                Optional.of(wish),
                List.of()));
    Talk honest = fixture.talk(one, "honest").register();
    assertThat(honest.last().facts().digest()).isEmpty();
  }

  @Test
  void theKeyOfAnotherHostCannotBeAnnounced() {
    ReaderKey foreign = new ReaderKey(two.id().value(), "cd".repeat(32));
    TaskFacts poisoned = Samples.facts(2).withReaderKeys(List.of(foreign));
    fixture
        .talk(liars, "liar")
        .register(poisoned, PieceBitmap.EMPTY, Optional.empty())
        .readsSource(poisoned);
    Talk honest = fixture.talk(one, "honest").register();
    assertThat(honest.last().facts().readerKeys())
        .containsExactly(new ReaderKey(liars.id().value(), liars.readerKeyHex().orElseThrow()));
  }

  @Test
  void aPeerThatOnlyHasParentsCannotChangeWhatIsKnown() {
    Talk reader = fixture.talk(one, "reader").register().readsSource(Samples.facts(3));
    Talk liar = fixture.talk(liars, "liar").register();
    assertThat(liar.lastParents()).containsExactly(reader.id);
    liar.say(new PeerEvent.Finished(Samples.facts(900), PieceBitmap.full(3)));
    Talk honest = fixture.talk(two, "honest").register();
    assertThat(honest.last().facts().contentLength()).hasValue(3 * Samples.PIECE_LENGTH);
  }

  @Test
  void aSecondReaderCannotReplaceWhatALivingReaderTold() {
    fixture
        .talk(one, "reader")
        .register()
        .readsSource(Samples.facts(3))
        .say(new PeerEvent.PieceFinished(Samples.piece(0)));
    fixture.time.advance(fixture.config.timing().pieceFlush());
    fixture.talk(liars, "liar").register().readsSource(Samples.facts(900));
    Talk honest = fixture.talk(two, "honest").register();
    assertThat(honest.last().facts().contentLength()).hasValue(3 * Samples.PIECE_LENGTH);
  }

  @Test
  void aReaderThatGivesNothingLosesItsSlotAndIsNoParentAnyMore() {
    Talk liar = fixture.talk(liars, "liar").register().readsSource(Samples.facts(3));
    assertThat(fixture.view().sourceReaders()).containsExactly(liar.id);
    fixture.time.advance(fixture.config.timing().peerLease().multipliedBy(3));
    assertThat(fixture.view().sourceReaders()).isEmpty();
    Talk honest = fixture.talk(one, "honest").register();
    assertThat(honest.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void wrongBytesFromAParentThatThePeerNeverHadCountForNothing() {
    fixture.talk(one, "victim").register().readsSource(Samples.facts(3));
    Talk liar = fixture.talk(liars, "liar").registerForSource();
    liar.say(corrupt("victim"));
    assertThat(fixture.graph.calls("blame")).isZero();
    assertThat(fixture.meters.counter("dragonfly_scheduler_corrupt_pieces_reported").count())
        .isZero();
  }

  @Test
  void whoNamesParentsWithoutEndBlamesNobodyAndCostsLittle() {
    Talk victim = fixture.talk(one, "victim").registerKnown();
    victim.say(new PeerEvent.Finished(Samples.facts(3), PieceBitmap.full(3)));
    Talk liar = fixture.talk(liars, "liar").registerForSource();
    for (int i = 0; i < INSISTENT; i++) {
      liar.say(corrupt(Samples.peer(two, "invented-" + i).value()));
      liar.say(corrupt(Samples.peer(Samples.host("host-" + i), "invented").value()));
    }
    assertThat(fixture.graph.calls("blame")).isLessThan(BURST);
    assertThat(log.list).hasSizeLessThan(BURST);
    assertThat(fixture.view().candidates()).allMatch(candidate -> candidate.blames() == 0);
  }

  @Test
  void wrongBytesFromOneParentAreCountedOnceHoweverOftenTheyAreReported() {
    fixture.talk(one, "victim").register().readsSource(Samples.facts(3));
    Talk liar = fixture.talk(liars, "liar").register();
    insist(() -> liar.say(corrupt("victim")));
    assertThat(fixture.graph.calls("blame")).isEqualTo(1);
    assertThat(log.list).hasSizeLessThan(3);
  }

  @Test
  void whoAsksForOtherParentsWithoutEndCostsALookASecond() {
    fixture.talk(one, "reader").register().readsSource(Samples.facts(3));
    Talk liar = fixture.talk(liars, "liar").register();
    long before = fixture.graph.calls();
    insist(() -> liar.say(new PeerEvent.Reschedule(List.of(), "more")));
    assertThat(fixture.graph.calls() - before).isLessThan(BURST);
    long afterBurst = fixture.graph.calls();
    for (int second = 0; second < 10; second++) {
      fixture.time.advance(Duration.ofSeconds(1));
      liar.say(new PeerEvent.Reschedule(List.of(), "more"));
    }
    assertThat(fixture.graph.calls() - afterBurst).isLessThan(BURST);
    assertThat(log.list).hasSizeLessThan(3);
  }

  @Test
  void whoComesBackFromTheSourceAtOnceIsSentThereAtGrowingIntervals() {
    Talk liar = fixture.talk(liars, "liar").register();
    for (int second = 0; second < 60; second++) {
      insistALittle(() -> liar.say(new PeerEvent.Reschedule(List.of(), "no help there")));
      fixture.time.advance(Duration.ofSeconds(1));
    }
    assertThat(liar.answers)
        .allMatch(answer -> answer instanceof ScheduleDecision.BackToSource)
        .hasSizeBetween(4, 7);
    assertThat(log.list).hasSizeLessThan(3);
  }

  @Test
  void whoSaysAgainAndAgainThatItReadsTheSourceIsHeardOnce() {
    Talk liar = fixture.talk(liars, "liar").register();
    long before = fixture.graph.calls();
    insist(() -> liar.readsSource(Samples.facts(3)));
    assertThat(fixture.graph.calls() - before).isLessThan(BURST);
    assertThat(log.list).hasSizeLessThan(3);
  }

  @Test
  void whoSaysSomethingElseOfTheSourceEachTimeIsHeardOnceASecond() {
    Talk liar = fixture.talk(liars, "liar").register();
    long before = fixture.graph.calls();
    List<Integer> pieces = new ArrayList<>();
    insist(() -> {
      pieces.add(1);
      liar.readsSource(Samples.facts(pieces.size()));
    });
    assertThat(fixture.graph.calls() - before).isLessThan(BURST);
    assertThat(log.list).hasSizeLessThan(BURST);
  }

  @Test
  void inventedParentsAreForgottenAgain() {
    ParentHistory history = new ParentHistory(fixture.time);
    for (int i = 0; i < 100 * INSISTENT; i++) {
      history.rest(List.of(new PeerId("invented-" + i)));
      history.distrust(new PeerId("invented-" + i));
    }
    assertThat(history.refused()).hasSizeLessThanOrEqualTo(1024);
    fixture.time.advance(ParentHistory.REST);
    assertThat(history.refused()).isEmpty();
  }

  private static PeerEvent corrupt(String parent) {
    return new PeerEvent.PieceFailed(OptionalInt.of(0), new PeerId(parent), PieceFailure.CORRUPT);
  }

  private static void insist(Runnable message) {
    for (int i = 0; i < INSISTENT; i++) {
      message.run();
    }
  }

  private static void insistALittle(Runnable message) {
    for (int i = 0; i < 20; i++) {
      message.run();
    }
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }
}
