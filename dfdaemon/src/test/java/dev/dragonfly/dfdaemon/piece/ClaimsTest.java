package dev.dragonfly.dfdaemon.piece;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClaimsTest {
  private static final TaskId ID = new TaskId("cd".repeat(32));
  private static final byte[] CONTENT = new byte[50];

  @TempDir Path folder;
  private MemoryTask task;
  private Interest interest = Interest.ALL;
  private Claims claims;

  @BeforeEach
  void fivePiecesOfTenBytes() {
    task = MemoryTask.ofLength(ID, 10, CONTENT.length, folder);
    claims = new Claims(task, () -> interest);
  }

  @Test
  void aPieceIsClaimedOnceUntilItIsReleased() {
    assertThat(claims.claim(2)).isTrue();
    assertThat(claims.claim(2)).isFalse();
    assertThat(open()).hasToString("{0, 1, 3, 4}");
    assertThat(claims.missing()).hasToString("{0, 1, 2, 3, 4}");
    claims.release(2);
    assertThat(claims.claim(2)).isTrue();
  }

  @Test
  void aSegmentIsTheFirstRunOfOpenPiecesUpToTheLimit() {
    task.addPiece(0, CONTENT);
    claims.claim(3);
    assertThat(claims.claimSegment(10)).contains(new Claims.Segment(1, 3));
    assertThat(claims.claimSegment(10)).contains(new Claims.Segment(4, 5));
    assertThat(claims.claimSegment(10)).isEmpty();
    claims.release(new Claims.Segment(1, 3));
    assertThat(claims.claimSegment(1)).contains(new Claims.Segment(1, 2));
  }

  @Test
  void whatIsThereIsNotMissing() {
    task.addPiece(1, CONTENT);
    assertThat(claims.missing()).hasToString("{0, 2, 3, 4}");
    assertThat(interest.isSatisfiedBy(task)).isFalse();
    for (int piece : new int[] {0, 2, 3, 4}) {
      task.addPiece(piece, CONTENT);
    }
    assertThat(interest.isSatisfiedBy(task)).isTrue();
  }

  @Test
  void wantingMoreOpensMore() {
    interest = new Interest(Optional.of(new ByteRange(15, 10)));
    assertThat(claims.missing()).hasToString("{1, 2}");
    task.addPiece(1, CONTENT);
    task.addPiece(2, CONTENT);
    assertThat(interest.isSatisfiedBy(task)).isTrue();
    interest = Interest.ALL;
    assertThat(interest.isSatisfiedBy(task)).isFalse();
    assertThat(open()).hasToString("{0, 3, 4}");
  }

  @Test
  void aPieceIsOpenAsLongAsABlockOfItIsNobodys() {
    twoPiecesOfFourBlocks();
    for (int block = 0; block < 3; block++) {
      assertThat(claims.claimBlock(block)).isTrue();
    }
    assertThat(claims.claimBlock(0)).isFalse();
    assertThat(open()).hasToString("{0, 1}");
    assertThat(claims.claimBlock(3)).isTrue();
    assertThat(open()).hasToString("{1}");
    assertThat(claims.claim(0)).isFalse();
    claims.releaseBlock(2);
    assertThat(open()).hasToString("{0, 1}");
  }

  @Test
  void whoClaimsAPieceGetsItsFreeBlocksAndGivesBackOnlyThose() {
    twoPiecesOfFourBlocks();
    List<String> told = new ArrayList<>();
    claims.listen((first, end) -> told.add(first + "-" + end));
    claims.claimBlock(1);
    assertThat(claims.claim(0)).isTrue();
    assertThat(claims.claimBlock(0)).isFalse();
    assertThat(claims.claimBlock(3)).isFalse();
    claims.releaseBlock(1);
    assertThat(claims.claimBlock(1)).as("it was not the worker's").isTrue();
    claims.release(0);
    assertThat(claims.isClaimed(0)).isFalse();
    assertThat(claims.isClaimed(1)).isTrue();
    assertThat(told).containsExactly("0-4", "0-4");
  }

  @Test
  void aBeginningThatIsReadBeforeTheCutIsKnownIsNobodyElses() {
    task = new MemoryTask(ID, TaskSpec.ofUrl("http://origin.test/f"), folder);
    claims = new Claims(task, () -> Interest.ALL);
    assertThat(claims.claim(0)).isTrue();
    assertThat(claims.claim(0)).isFalse();
    task.learn(
        TaskFacts.NONE.withLengths(OptionalLong.of(2 << 20), OptionalLong.of(1 << 20)),
        StoredTask.Teller.SOURCE);
    assertThat(claims.claimBlock(2)).isFalse();
    assertThat(claims.claimBlock(4)).isTrue();
    assertThat(open()).hasToString("{1}");
    claims.release(0);
    assertThat(open()).hasToString("{0, 1}");
  }

  private void twoPiecesOfFourBlocks() {
    task = MemoryTask.ofLength(ID, 1 << 20, 2 << 20, folder);
    claims = new Claims(task, () -> Interest.ALL);
  }

  @Test
  void withoutALayoutNothingIsOpenAndNothingSatisfied() {
    MemoryTask unknown = new MemoryTask(ID, TaskSpec.ofUrl("http://origin.test/f"), folder);
    Claims none = new Claims(unknown, () -> Interest.ALL);
    assertThat(none.openAmong(new BitSet()).isEmpty()).isTrue();
    assertThat(Interest.ALL.isSatisfiedBy(unknown)).isFalse();
  }

  @Test
  void withoutALengthOnlyABoundedWishCanBeSatisfied() {
    MemoryTask endless = new MemoryTask(ID, TaskSpec.ofUrl("http://origin.test/f"), folder);
    endless.learn(
        new TaskFacts(
            OptionalLong.empty(), OptionalLong.of(10), Map.of(), Optional.empty(), List.of()),
        StoredTask.Teller.SOURCE);
    endless.addPiece(0, CONTENT);
    assertThat(Interest.ALL.isSatisfiedBy(endless)).isFalse();
    Interest head = new Interest(Optional.of(new ByteRange(0, 10)));
    assertThat(head.isSatisfiedBy(endless)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, '{0}'",
    "0, 10, '{0}'",
    "9, 2, '{0, 1}'",
    "40, 100, '{4}'",
    "49, 1, '{4}'",
    "50, 10, '{}'",
    "0, 0, '{}'",
    "0, 9223372036854775807, '{0, 1, 2, 3, 4}'"
  })
  void aRunOfBytesLiesInTheseOfFivePieces(long start, long length, String pieces) {
    Interest run = new Interest(Optional.of(new ByteRange(start, length)));
    PieceLayout layout = PieceLayout.of(10, 50);
    assertThat(run.pieces(layout)).hasToString(pieces);
    for (int piece = 0; piece < 5; piece++) {
      assertThat(run.wants(layout, piece)).isEqualTo(run.pieces(layout).get(piece));
    }
  }

  @Test
  void wishesAddUpToOneThatHoldsBoth() {
    Interest one = new Interest(Optional.of(new ByteRange(10, 5)));
    Interest two = new Interest(Optional.of(new ByteRange(30, 5)));
    assertThat(one.and(two).range()).contains(new ByteRange(10, 25));
    assertThat(two.and(one).range()).contains(new ByteRange(10, 25));
    assertThat(one.and(Interest.ALL)).isEqualTo(Interest.ALL);
    assertThat(Interest.ALL.and(one)).isEqualTo(Interest.ALL);
  }

  @Test
  void anEmptyContentHasNoPieces() {
    assertThat(Interest.ALL.pieces(PieceLayout.of(10, 0)).isEmpty()).isTrue();
  }

  private BitSet open() {
    BitSet all = new BitSet();
    all.set(0, 100);
    BitSet open = claims.openAmong(all);
    assertThat(claims.isAnyOpen()).isEqualTo(!open.isEmpty());
    return open;
  }

  @Test
  void ofVeryManyPiecesOnlyTheFirstAreLookedAt() {
    MemoryTask endless =
        new MemoryTask(new TaskId("ef".repeat(32)), TaskSpec.ofUrl("http://o/f"), folder);
    endless.learn(
        new TaskFacts(
            OptionalLong.empty(), OptionalLong.of(4 << 20), Map.of(), Optional.empty(), List.of()),
        StoredTask.Teller.SOURCE);
    Claims many = new Claims(endless, () -> Interest.ALL);
    assertThat(many.claimSegment(3)).contains(new Claims.Segment(0, 3));
    assertThat(many.claimSegment(3)).contains(new Claims.Segment(3, 6));
    assertThat(many.isAnyOpen()).isTrue();
  }
}
