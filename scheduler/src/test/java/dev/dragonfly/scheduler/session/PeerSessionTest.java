package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.policy.HostPolicyReader;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dialogue with peers, on a graph in memory. */
class PeerSessionTest {
  private final SessionFixture fixture = new SessionFixture();
  private final Host one = Samples.host("one");
  private final Host two = Samples.host("two");
  private final Host three = Samples.host("three");
  private final Host upstream = Samples.upstream("upstream");

  @BeforeEach
  void announce() {
    fixture.announce(one, two, three, upstream);
  }

  @Test
  void anUnknownHostIsNotFound() {
    Talk stranger = fixture.talk(Samples.host("stranger"), "peer").register();
    assertThat(stranger.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(stranger.error).hasMessage("host 127.0.0.1-stranger not found");
  }

  @Test
  void withoutSeedsTheFirstReadsTheSourceAndTheSecondWaitsUntilItHasFacts() {
    Talk first = fixture.talk(one, "first").register();
    assertThat(first.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
    Talk second = fixture.talk(two, "second").register();
    assertThat(second.answers).isEmpty();
    first.readsSource(Samples.facts(4));
    assertThat(second.lastParents()).containsExactly(first.id);
    assertThat(second.last().facts().contentLength()).hasValue(4 * Samples.PIECE_LENGTH);
  }

  @Test
  void whatTheClusterBlocksIsRefusedAtItsRegister() {
    fixture.blocks =
        HostPolicyReader.read(
                new PolicyText(
                    "{\"block_list\":{\"task\":{\"download\":{\"urls\":[\"origin.test\"]}}}}", ""))
            .blocks();
    Talk blocked = fixture.talk(one, "blocked").register();
    assertThat(blocked.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
    assertThat(blocked.error).hasMessageContaining("urls 'origin.test'");
  }

  @Test
  void theKeyOfASourceReaderIsHandedOut() {
    fixture.talk(one, "first").register().readsSource(Samples.facts(4));
    Talk second = fixture.talk(two, "second").register();
    assertThat(second.last().facts().readerKeys())
        .extracting(key -> key.hostId())
        .containsExactly(one.id().value());
  }

  @Test
  void aPeerWhoseParentsNeverComeReadsTheSourceAfterAWhile() {
    fixture.talk(one, "first").register();
    Talk second = fixture.talk(two, "second").register();
    fixture.time.advance(fixture.config.timing().parentWait().minusMillis(1));
    assertThat(second.answers).isEmpty();
    fixture.time.advance(Duration.ofMillis(2));
    assertThat(second.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void whenTheSourceReaderVanishesTheNextTakesOver() {
    Talk first = fixture.talk(one, "first").register();
    Talk second = fixture.talk(two, "second").register();
    first.say(new PeerEvent.BackToSourceFailed("no route"));
    assertThat(first.ended).isTrue();
    assertThat(second.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void aSeedIsAskedAndItsPeerIsTheParent() {
    Host seed = Samples.seed("seed", 4001);
    fixture.announce(seed);
    CompletableFuture<Void> running = CompletableFuture.completedFuture(null);
    fixture.seedBehaviour =
        asked -> {
          fixture.talk(seed, "seed-peer").registerForSource().readsSource(Samples.facts(2));
          return running;
        };
    Talk first = fixture.talk(one, "first").register();
    assertThat(fixture.askedSeeds).containsExactly(seed);
    assertThat(first.lastParents()).containsExactly(new PeerId("seed-peer"));
  }

  @Test
  void allSeedsAreTriedAndThenOnePeerReadsTheSource() {
    fixture.announce(Samples.seed("s1", 4001), Samples.seed("s2", 4002));
    Talk first = fixture.talk(one, "first").register();
    assertThat(fixture.askedSeeds).hasSize(2);
    assertThat(first.last())
        .isEqualTo(new ScheduleDecision.BackToSource("all seeds failed", TaskFacts.NONE));
  }

  @Test
  void aSeedDoesNotAskItself() {
    Host seed = Samples.seed("seed", 4001);
    fixture.announce(seed);
    Talk own = fixture.talk(seed, "own").register();
    assertThat(fixture.askedSeeds).isEmpty();
    assertThat(own.last()).isInstanceOf(ScheduleDecision.BackToSource.class);
  }

  @Test
  void aTriggeredSeedGetsParentsWhenSomebodyHasEverything() {
    fixture.holder(one, "holder");
    Talk seed = fixture.talk(two, "seed-peer").registerForSource();
    assertThat(seed.lastParents()).containsExactly(new PeerId("holder"));
  }

  @Test
  void aPeerThatHasEverythingIsOnlyMadeKnown() {
    Talk known = fixture.talk(one, "known").registerKnown();
    assertThat(known.last()).isInstanceOf(ScheduleDecision.MetadataOnly.class);
    known
        .say(new PeerEvent.Started())
        .say(new PeerEvent.Finished(Samples.facts(1), PieceBitmap.full(1)));
    assertThat(known.ended).isTrue();
    Talk next = fixture.talk(two, "next").register();
    assertThat(next.lastParents()).containsExactly(known.id);
  }

  @Test
  void anEmptyContentIsSaidToBeEmpty() {
    Talk first = fixture.talk(one, "first").register();
    first.readsSource(TaskFacts.NONE.withContentLength(0));
    Talk second = fixture.talk(two, "second").register();
    assertThat(second.last()).isInstanceOf(ScheduleDecision.EmptyTask.class);
  }

  @Test
  void oursHearOfPeersThatCameLaterAndUpstreamPeersDoNot() {
    Talk reader = fixture.talk(one, "reader").register().readsSource(Samples.facts(9));
    Talk plain = fixture.talk(upstream, "plain").register();
    Talk second = fixture.talk(two, "second").register();
    assertThat(plain.answers).hasSize(1);
    assertThat(second.lastParents()).containsExactlyInAnyOrder(reader.id, plain.id);

    Talk third = fixture.talk(three, "third").register();
    fixture.time.advance(fixture.config.timing().growthDelay());
    assertThat(second.answers).hasSize(2);
    assertThat(second.lastParents()).containsExactlyInAnyOrder(reader.id, plain.id, third.id);
    assertThat(third.lastParents()).contains(second.id);
    assertThat(plain.answers).hasSize(1);
  }

  @Test
  void pieceReportsAreGatheredAndWrittenTogether() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(3));
    first.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    first.say(new PeerEvent.PieceFinished(Samples.piece(1)));
    assertThat(pieces("first")).isZero();
    fixture.time.advance(fixture.config.timing().pieceFlush());
    assertThat(pieces("first")).isEqualTo(2);
    assertThat(fixture.memory.graph().tasks().pieces(fixture.task)).hasSize(2);
  }

  @Test
  void anEmptiedGraphIsFilledAgainByTheNextFlush() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(3));
    fixture.memory.clear();
    first.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    fixture.time.advance(fixture.config.timing().pieceFlush());
    fixture.announce(two);
    Talk second = fixture.talk(two, "second").register();
    assertThat(second.lastParents()).containsExactly(first.id);
    assertThat(second.last().facts().contentLength()).hasValue(3 * Samples.PIECE_LENGTH);
  }

  @Test
  void whileTheGraphIsAwayRegistersFailAtOnceAndRunningPeersGoOn() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(3));
    fixture.memory.breakDown(true);
    Talk second = fixture.talk(two, "second").register();
    assertThat(second.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    first.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    fixture.time.advance(fixture.config.timing().pieceFlush());
    assertThat(first.error).isNull();
    fixture.memory.breakDown(false);
    fixture.time.advance(fixture.config.timing().pieceFlush());
    assertThat(pieces("first")).isEqualTo(1);
  }

  @Test
  void aFinishedPeerIsAnsweredEvenWhileTheGraphIsAway() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(1));
    fixture.memory.breakDown(true);
    first.say(new PeerEvent.BackToSourceFinished(Samples.facts(1), PieceBitmap.full(1)));
    assertThat(first.ended).isTrue();
    assertThat(first.error).isNull();
  }

  @Test
  void theLeaseOfALivePeerIsRenewedAndThatOfABrokenStreamLapses() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(20));
    for (int i = 0; i < 10; i++) {
      first.say(new PeerEvent.PieceFinished(Samples.piece(i)));
      fixture.time.advance(fixture.config.timing().peerLease().dividedBy(2));
    }
    assertThat(fixture.view().candidates()).hasSize(1);
    assertThat(fixture.view().sourceReaders()).containsExactly(first.id);
    first.breakOff();
    assertThat(fixture.view().candidates()).hasSize(1);
    fixture.time.advance(Duration.ofSeconds(11));
    assertThat(fixture.view().candidates()).isEmpty();
    assertThat(fixture.view().sourceReaders()).isEmpty();
  }

  @Test
  void aPeerThatRegistersAgainReplacesItsFormerStream() {
    Talk old = fixture.talk(one, "same").register().readsSource(Samples.facts(3));
    fixture.time.advance(Duration.ofMillis(1));
    Talk fresh = fixture.talk(one, "same").registerForSource();
    fresh.readsSource(Samples.facts(3));
    old.say(new PeerEvent.PieceFinished(Samples.piece(0)));
    fixture.time.advance(fixture.config.timing().pieceFlush());
    assertThat(old.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(fresh.error).isNull();
    assertThat(fixture.view().candidates()).hasSize(1);
  }

  @Test
  void aPeerOnAHostThatSharesNothingIsNoParent() {
    Host selfish =
        new Host(
            one.id(),
            one.type(),
            one.hostname(),
            one.ip(),
            one.port(),
            one.pieceDataPort(),
            0,
            one.idc(),
            one.location(),
            1,
            true,
            one.readerKeyHex(),
            1,
            one.stats());
    fixture.announce(selfish);
    fixture.talk(selfish, "selfish").register().readsSource(Samples.facts(1));
    assertThat(fixture.view().candidates()).isEmpty();
  }

  @Test
  void aPeerThatFailedWithoutAPieceLeavesNothingBehind() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(3));
    first.say(new PeerEvent.Failed("disk full"));
    assertThat(fixture.view().candidates()).isEmpty();
    assertThat(fixture.memory.graph().peers().find(fixture.task, first.id)).isEmpty();
  }

  @Test
  void prioritiesForbidOrRestrictColdDownloads() {
    assertThat(fixture.talk(one, "p1").register(false, false, 1).error)
        .extracting(error -> error.code())
        .isEqualTo(ErrorCode.FAILED_PRECONDITION);
    assertThat(fixture.talk(one, "p2").register(false, false, 2).error)
        .extracting(error -> error.code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    fixture.announce(Samples.seed("seed", 4001));
    assertThat(fixture.talk(one, "p3").register(false, false, 3).last())
        .isInstanceOf(ScheduleDecision.BackToSource.class);
    assertThat(fixture.askedSeeds).isEmpty();
  }

  @Test
  void nothingStaysBehindWhenAStreamEnds() {
    Talk first = fixture.talk(one, "first").register().readsSource(Samples.facts(3));
    first.say(new PeerEvent.BackToSourceFinished(Samples.facts(3), PieceBitmap.full(3)));
    first.breakOff();
    assertThat(fixture.time.pendingTimers()).isZero();
    assertThat(fixture.meters.get("dragonfly_scheduler_open_streams").gauge().value()).isZero();
    assertThat(fixture.meters.get("dragonfly_scheduler_waiting_peers").gauge().value()).isZero();
  }

  private int pieces(String peer) {
    return fixture.view().candidates().stream()
        .filter(candidate -> candidate.peerId().value().equals(peer))
        .mapToInt(candidate -> candidate.pieceCount())
        .sum();
  }
}
