package dev.dragonfly.dfdaemon.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SwarmTest {
  @TempDir Path folder;
  private SwarmFixture fixture;

  @BeforeEach
  void start() {
    fixture = new SwarmFixture(folder, true);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void aPieceIsGivenToOneWorkerUntilItFails() {
    join(fixture.parent(1).tell(0));
    Assignment assignment = fixture.take().orElseThrow();
    assertThat(assignment.piece()).isZero();
    assertThat(fixture.take()).isEmpty();
    fixture.swarm.failed(assignment, PieceFailure.STALLED);
    assertThat(fixture.take()).map(Assignment::piece).contains(0);
  }

  @Test
  void noMoreThanTwoPiecesAtATimeAreAskedOfOneParent() {
    join(fixture.parent(1).tellAll());
    Assignment first = fixture.take().orElseThrow();
    assertThat(fixture.take()).isPresent();
    assertThat(fixture.take()).isEmpty();
    fixture.swarm.succeeded(first);
    assertThat(fixture.take()).isPresent();
  }

  @Test
  void withoutParentsThereIsNoHope() throws Exception {
    assertThat(fixture.swarm.hope()).isEqualTo(Hope.NONE);
    FakeParent parent = fixture.parent(1);
    join(parent);
    assertThat(fixture.swarm.hope()).as("it may get pieces").isEqualTo(Hope.GROWING);
    parent.end(null);
    assertThat(fixture.swarm.hope()).as("it never had any").isEqualTo(Hope.NONE);
    assertThat(fixture.swarm.drainFailed()).isEmpty();
  }

  @Test
  void aConnectionThatBrokeIsMadeAnewThreeTimesBeforeTheParentCountsAsFailed() throws Exception {
    FakeParent parent = fixture.parent(1).tell(1);
    join(parent);
    for (int again = 2; again <= 4; again++) {
      parent.end(new IOException("reset"));
      assertThat(fixture.swarm.drainFailed()).isEmpty();
      fixture.time.advance(Duration.ofSeconds(2));
      assertThat(parent.subscriptions()).isEqualTo(again);
    }
    parent.end(new IOException("reset"));
    assertThat(fixture.swarm.hope()).as("it still has piece 1").isEqualTo(Hope.DELIVERING);
    assertThat(fixture.swarm.drainFailed()).containsExactly(parent.parent().peerId());
    assertThat(fixture.swarm.drainFailed()).isEmpty();
    assertThat(fixture.events.changes()).isPositive();
    assertThat(fixture.time.pendingTimers()).isZero();
  }

  @Test
  void aParentThatDoesNotKnowTheTaskIsNotAskedAgain() throws Exception {
    FakeParent parent = fixture.parent(1);
    join(parent);
    parent.end(new DragonflyException(ErrorCode.NOT_FOUND, "no such task"));
    assertThat(fixture.swarm.drainFailed()).containsExactly(parent.parent().peerId());
    assertThat(fixture.time.pendingTimers()).isZero();
  }

  @Test
  void aBusyParentRestsAndNothingIsHeldAgainstIt() {
    FakeParent busy = fixture.parent(1).tell(0);
    join(busy);
    for (int i = 0; i < 10; i++) {
      fixture.swarm.busy(fixture.take().orElseThrow(), Duration.ofSeconds(1));
      assertThat(fixture.swarm.hope()).isEqualTo(Hope.BUSY);
      assertThat(fixture.take()).isEmpty();
      fixture.time.advance(Duration.ofSeconds(1));
    }
    fixture.swarm.succeeded(fixture.take().orElseThrow());
    assertThat(fixture.swarm.hope()).isEqualTo(Hope.DELIVERING);
    assertThat(fixture.swarm.drainFailed()).isEmpty();
    assertThat(fixture.events.failureCount()).isZero();
  }

  @Test
  void aPieceOfABusyParentIsOpenForOthersAtOnce() {
    join(fixture.parent(1).tell(0));
    Assignment refused = fixture.take().orElseThrow();
    FakeParent other = fixture.parent(2).tell(0);
    join(other);
    fixture.swarm.busy(refused, Duration.ofSeconds(5));
    assertThat(fixture.take().orElseThrow().from().parent).isEqualTo(other.parent());
  }

  @Test
  void whatABusyPeerHasIsTakenFromTheSeedMeanwhile() {
    join(fixture.parent(1).tellAll());
    Assignment refused = fixture.take().orElseThrow();
    while (fixture.take().isPresent()) {
      // Until all of its slots are taken.
    }
    FakeParent seed = fixture.seed(2).tellAll();
    join(seed);
    assertThat(fixture.take()).isEmpty();

    fixture.swarm.busy(refused, Duration.ofSeconds(5));

    assertThat(fixture.take().orElseThrow().from().parent).isEqualTo(seed.parent());
  }

  @Test
  void twoFailuresInARowAreTooMany() {
    FakeParent parent = fixture.parent(1).tellAll();
    join(parent);
    fixture.swarm.failed(fixture.take().orElseThrow(), PieceFailure.STALLED);
    fixture.swarm.succeeded(fixture.take().orElseThrow());
    fixture.swarm.failed(fixture.take().orElseThrow(), PieceFailure.STALLED);
    assertThat(fixture.swarm.size()).isEqualTo(1);
    fixture.swarm.failed(fixture.take().orElseThrow(), PieceFailure.STALLED);
    assertThat(fixture.swarm.size()).isZero();
    assertThat(fixture.swarm.hope()).isEqualTo(Hope.NONE);
    assertThat(parent.wasLeft()).isTrue();
    assertThat(fixture.swarm.drainFailed()).containsExactly(parent.parent().peerId());
    assertThat(fixture.take()).isEmpty();
  }

  @Test
  void whoFailedMayComeBackAfterHalfAMinuteWhoLiedMayNot() {
    FakeParent failed = fixture.parent(1).tell(0);
    FakeParent liar = fixture.parent(2).tell(1);
    join(failed);
    join(liar);
    for (int i = 0; i < 3; i++) {
      Assignment assignment = fixture.take().orElseThrow();
      boolean lies = assignment.from().parent.equals(liar.parent());
      fixture.swarm.failed(assignment, lies ? PieceFailure.CORRUPT : PieceFailure.STALLED);
    }
    assertThat(fixture.swarm.size()).isZero();
    join(failed);
    assertThat(fixture.swarm.size()).as("too early").isZero();
    fixture.time.advance(Duration.ofSeconds(30));
    join(failed);
    join(liar);
    assertThat(fixture.swarm.size()).isEqualTo(1);
    assertThat(liar.subscriptions()).isEqualTo(1);
  }

  @Test
  void whatComesTooSlowlyIsGivenUpAfterFiveSeconds() {
    join(fixture.parent(1).tellAll());
    Assignment slow = fixture.take().orElseThrow();
    Assignment quick = fixture.take().orElseThrow();
    for (int second = 0; second < 5; second++) {
      fixture.time.advance(Duration.ofSeconds(1));
      slow.rate().received(1);
      quick.rate().received(64 << 10);
      fixture.swarm.look();
    }
    assertThat(slow.givenUp()).contains(Assignment.GivenUp.SLOW);
    assertThat(quick.givenUp()).isEmpty();
  }

  @Test
  void whoLosesTheRaceForAPieceIsStopped() {
    join(fixture.parent(1).tell(0));
    Assignment slow = fixture.take().orElseThrow();
    join(fixture.parent(2).tell(0));
    fixture.time.advance(Duration.ofSeconds(3));
    fixture.swarm.succeeded(fixture.take().orElseThrow());
    assertThat(slow.givenUp()).contains(Assignment.GivenUp.LOST);
  }

  @Test
  void oneWrongPieceIsTooMany() {
    FakeParent parent = fixture.parent(1).tellAll();
    join(parent);
    fixture.swarm.failed(fixture.take().orElseThrow(), PieceFailure.CORRUPT);
    assertThat(fixture.swarm.size()).isZero();
    assertThat(parent.wasLeft()).isTrue();
    parent.tell(0);
    assertThat(fixture.take()).as("what it says later does not count").isEmpty();
  }

  @Test
  void aPieceThatIsGoneIsNotAskedOfThatParentAgain() {
    FakeParent parent = fixture.parent(1).tell(0);
    join(parent);
    fixture.swarm.failed(fixture.take().orElseThrow(), PieceFailure.GONE);
    assertThat(fixture.take()).isEmpty();
    parent.tell(0);
    assertThat(fixture.take()).isPresent();
  }

  @Test
  void aPieceThatIsLateIsAskedOfASecondParentToo() {
    join(fixture.parent(1).tell(0));
    Assignment slow = fixture.take().orElseThrow();
    join(fixture.parent(2).tell(0));
    assertThat(fixture.take()).isEmpty();
    fixture.time.advance(Duration.ofSeconds(3));
    Assignment second = fixture.take().orElseThrow();
    assertThat(second.piece()).isZero();
    assertThat(second.from()).isNotSameAs(slow.from());
    fixture.time.advance(Duration.ofSeconds(3));
    assertThat(fixture.take()).as("two are enough").isEmpty();
    fixture.swarm.failed(slow, PieceFailure.STALLED);
    assertThat(fixture.claims.openAmong(BitSet.valueOf(new long[] {1})).get(0))
        .as("the second is still on its way")
        .isFalse();
    fixture.swarm.failed(second, PieceFailure.STALLED);
    assertThat(fixture.claims.openAmong(BitSet.valueOf(new long[] {1})).get(0)).isTrue();
  }

  @Test
  void runsSignedForAnotherTaskDropTheirSender() throws Exception {
    FakeParent forger =
        fixture.parents.add(
            new FakeParent(
                1,
                false,
                new TaskId("0".repeat(64)),
                SwarmFixture.PIECE,
                fixture.content,
                Optional.of(fixture.signer)));
    join(forger.tell(0));
    assertThat(fixture.events.awaitFailure())
        .isEqualTo("0 " + forger.parent().peerId() + " CORRUPT");
    assertThat(fixture.swarm.size()).isZero();
    assertThat(forger.wasLeft()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, SwarmFixture.PIECES, Integer.MAX_VALUE})
  void aParentThatTellsOfPiecesThatCannotExistIsDropped(int number) throws Exception {
    FakeParent liar = fixture.parent(1);
    join(liar);
    liar.tellOfNowhere(number);
    assertThat(fixture.events.awaitFailure())
        .isEqualTo(number + " " + liar.parent().peerId() + " CORRUPT");
    assertThat(fixture.swarm.size()).isZero();
  }

  @Test
  void whileNoReaderIsKnownOnlyUpstreamParentsGiveWhatNobodySigned() {
    try (SwarmFixture unsigned = new SwarmFixture(folder, false)) {
      FakeParent ours = unsigned.parent(1).tell(0);
      unsigned.swarm.add(List.of(ours.parent()));
      assertThat(unsigned.take()).as("it may lie, and could show runs").isEmpty();

      FakeParent upstream = unsigned.parent(2, Optional.empty()).tell(0);
      unsigned.swarm.add(List.of(upstream.parent()));
      assertThat(unsigned.take().orElseThrow().from().parent).isEqualTo(upstream.parent());
    }
  }

  @Test
  void piecesWhoseSignerNobodyKnowsWaitUntilHeIsVouchedFor() {
    FakeParent parent = fixture.parent(1, Optional.of(RunSigner.create()));
    join(parent.tell(0));
    assertThat(fixture.take()).isEmpty();
    assertThat(fixture.events.changes()).as("the scheduler may know him").isPositive();
    assertThat(fixture.swarm.size()).as("it may be honest").isEqualTo(1);
  }

  @Test
  void aParentForWhomNobodyVouchesIsAskedForOnceMoreAndThenRestsWithoutBlame() {
    FakeParent parent = fixture.parent(1, Optional.of(RunSigner.create())).tellAll();
    join(parent);
    assertThat(fixture.swarm.hope()).as("the scheduler may tell of its key").isEqualTo(Hope.NONE);
    assertThat(fixture.swarm.drainFailed()).isEmpty();

    join(parent);

    assertThat(fixture.swarm.hope()).isEqualTo(Hope.NONE);
    assertThat(fixture.swarm.drainFailed()).containsExactly(parent.parent().peerId());
    assertThat(fixture.events.failures).isEmpty();
  }

  @Test
  void piecesWithoutDigestsAreNotFetchedWhereDigestsExist() {
    join(fixture.parent(1, Optional.empty()).tellAll());
    assertThat(fixture.take()).isEmpty();
  }

  @Test
  void aParentIsSubscribedToOnce() {
    FakeParent parent = fixture.parent(1).tell(0);
    join(parent);
    join(parent);
    assertThat(fixture.swarm.size()).isEqualTo(1);
    assertThat(parent.subscriptions()).isEqualTo(1);
  }

  @Test
  void aParentThatEndedAndIsOfferedAgainIsAskedAgain() throws Exception {
    FakeParent parent = fixture.parent(1);
    join(parent);
    parent.end(null);
    join(parent);
    assertThat(parent.subscriptions()).isEqualTo(2);
    assertThat(fixture.swarm.hope()).isEqualTo(Hope.GROWING);
  }

  @Test
  void aClosedSwarmLeavesItsParentsAndGivesNothing() {
    FakeParent parent = fixture.parent(1).tellAll();
    join(parent);
    fixture.swarm.close();
    assertThat(parent.wasLeft()).isTrue();
    assertThat(fixture.take()).isEmpty();
    FakeParent late = fixture.parent(2);
    join(late);
    assertThat(late.subscriptions()).isZero();
  }

  private void join(FakeParent parent) {
    fixture.swarm.add(List.of(parent.parent()));
  }
}
