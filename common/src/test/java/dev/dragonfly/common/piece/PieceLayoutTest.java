package dev.dragonfly.common.piece;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.task.ByteRange;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PieceLayoutTest {
  private static final long MIB = 1L << 20;

  @ParameterizedTest(name = "{0} bytes are cut at {1} MiB")
  @CsvSource({
    "0, 4",
    "1, 4",
    "4194304, 4",
    "2097152000, 4", // 500 pieces of 4 MiB
    "2097152499, 4",
    "2097152500, 8", // a 500th is one byte more than 4 MiB
    "4194304000, 8",
    "4194304500, 16",
    "8388608500, 32",
    "16777216000, 32",
    "16777216500, 64",
    "33554432500, 64",
    "1125899906842624, 64",
  })
  void piecesAreAPowerOfTwoThatGivesAboutFiveHundred(long content, long mebibytes) {
    assertThat(PieceLayout.computedPieceLength(content)).isEqualTo(mebibytes * MIB);
  }

  @Test
  void anEmptyContentHasNoPiece() {
    PieceLayout layout = PieceLayout.of(4 * MIB, 0);

    assertThat(layout.pieceCount()).isZero();
    assertThat(layout.blockCount()).isZero();
    assertThatThrownBy(() -> layout.piece(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneByteIsOnePieceWithOneBlock() {
    PieceLayout layout = PieceLayout.of(4 * MIB, 1);

    assertThat(layout.pieceCount()).isEqualTo(1);
    assertThat(layout.piece(0)).isEqualTo(new ByteRange(0, 1));
    assertThat(layout.blockCount()).isEqualTo(1);
    assertThat(layout.block(0)).isEqualTo(new ByteRange(0, 1));
  }

  @Test
  void theLastPieceMayBeShorterAndOnlyIt() {
    PieceLayout layout = PieceLayout.of(4 * MIB, 8 * MIB + 1);

    assertThat(layout.pieceCount()).isEqualTo(3);
    assertThat(layout.piece(1)).isEqualTo(new ByteRange(4 * MIB, 4 * MIB));
    assertThat(layout.piece(2)).isEqualTo(new ByteRange(8 * MIB, 1));
    assertThatThrownBy(() -> layout.piece(3)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aContentOfWholePiecesHasNoEmptyOneBehind() {
    assertThat(PieceLayout.of(4 * MIB, 8 * MIB).pieceCount()).isEqualTo(2);
  }

  @ParameterizedTest(name = "pieces of {0} bytes have blocks of {1}, {2} each")
  @CsvSource({
    "1, 1, 1",
    "262144, 262144, 1",
    "262145, 262144, 2",
    "4194304, 262144, 16",
    "8388608, 524288, 16",
    "16777216, 1048576, 16",
    "67108864, 1048576, 64",
  })
  void blocksFollowFromThePieceLengthAlone(long piece, int block, int perPiece) {
    PieceLayout layout = new PieceLayout(piece, OptionalLong.empty());

    assertThat(layout.blockLength()).isEqualTo(block);
    assertThat(layout.blocksPerPiece()).isEqualTo(perPiece);
  }

  @Test
  void aBlockNeverCrossesAPiece() {
    PieceLayout layout = PieceLayout.of(300_000, 600_001);

    assertThat(layout.blocksPerPiece()).isEqualTo(2);
    assertThat(layout.block(1)).isEqualTo(new ByteRange(262_144, 37_856));
    assertThat(layout.block(2)).isEqualTo(new ByteRange(300_000, 262_144));
    assertThat(layout.block(4)).isEqualTo(new ByteRange(600_000, 1));
    assertThatThrownBy(() -> layout.block(5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whileTheLengthIsUnknownEverythingWorksButTheCounts() {
    PieceLayout layout = new PieceLayout(4 * MIB, OptionalLong.empty());

    assertThat(layout.piece(7)).isEqualTo(new ByteRange(28 * MIB, 4 * MIB));
    assertThat(layout.pieceAt(28 * MIB - 1)).isEqualTo(6);
    assertThat(layout.blocksIn(7)).isEqualTo(16);
    assertThatThrownBy(layout::pieceCount).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(layout::blockCount).isInstanceOf(IllegalStateException.class);
    assertThat(PieceLayout.of(layout.pieceLength(), 29 * MIB).pieceCount()).isEqualTo(8);
  }

  @RepeatedTest(50)
  void piecesAndBlocksCoverTheContentWithoutGap(RepetitionInfo info) {
    int seed = info.getCurrentRepetition();
    Random random = new Random(seed);
    PieceLayout layout =
        PieceLayout.of(random.nextLong(1, 70 * MIB), random.nextLong(1, 500 * MIB));

    long end = 0;
    for (int piece = 0; piece < Math.min(200, layout.pieceCount()); piece++) {
      assertThat(layout.piece(piece).start()).as("seed %d piece %d", seed, piece).isEqualTo(end);
      assertThat(layout.pieceAt(end)).isEqualTo(piece);
      for (int i = 0; i < layout.blocksIn(piece); i++) {
        long block = layout.firstBlock(piece) + i;
        assertThat(layout.block(block).start()).as("seed %d block %d", seed, block).isEqualTo(end);
        assertThat(layout.pieceOfBlock(block)).isEqualTo(piece);
        end = layout.block(block).end();
      }
      assertThat(layout.piece(piece).end()).as("seed %d piece %d", seed, piece).isEqualTo(end);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "2147483648, 1", "4194304, -1", "1, 9223372036854775807"})
  void lengthsThatCannotBeAreRefused(long piece, long content) {
    assertThatThrownBy(() -> PieceLayout.of(piece, content))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTaskHasNoBlocksBeyondItsEnd() {
    PieceLayout known = PieceLayout.of(4 * MIB, 10 * MIB);
    PieceLayout unknown = new PieceLayout(4 * MIB, OptionalLong.empty());

    assertThat(known.hasBlocks(0, 40)).isTrue();
    assertThat(known.hasBlocks(39, 1)).isTrue();
    assertThat(known.hasBlocks(39, 2)).isFalse();
    assertThat(known.hasBlocks(-1, 1)).isFalse();
    assertThat(unknown.hasBlocks(PieceLayout.MAX_BLOCKS - 1, 1)).isTrue();
    assertThat(unknown.hasBlocks(100_000_000, 1)).isFalse();
    assertThat(unknown.hasBlocks(Long.MAX_VALUE, 1)).isFalse();
  }

  @Test
  void aTaskWithMorePiecesThanABitmapMayHaveIsRefused() {
    assertThat(PieceLayout.of(4 * MIB, 4 * MIB * PieceLayout.MAX_PIECES).pieceCount())
        .isEqualTo(PieceLayout.MAX_PIECES);
    assertThatThrownBy(() -> PieceLayout.of(4 * MIB, 4 * MIB * PieceLayout.MAX_PIECES + 1))
        .hasMessageContaining("too many pieces");
  }
}
