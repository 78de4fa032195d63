package dev.dragonfly.dfdaemon.backtosource;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcePiecesTest {
  private static final int BLOCK = 256 << 10;

  @TempDir Path folder;
  private final ManualTime time = new ManualTime();

  @Test
  void fourBlocksAreSignedTogetherOnceATenthOfASecondHasPassed() {
    MemoryTask task = task(8);
    SourcePieces pieces = pieces(task);
    for (int block = 0; block < 3; block++) {
      pieces.block(block, block());
    }
    time.advance(Duration.ofMillis(99));
    pieces.block(3, block());
    assertThat(task.runs()).as("too soon").isEmpty();
    time.advance(Duration.ofMillis(1));
    pieces.block(4, block());
    assertThat(task.runs()).singleElement().returns(5L, SignedRun::endBlock);
    pieces.block(5, block());
    pieces.block(6, block());
    assertThat(task.runs()).as("too soon again").hasSize(1);
    pieces.block(7, block());
    assertThat(task.runs()).as("with its piece").last().returns(8L, SignedRun::endBlock);
    assertThat(task.isComplete()).isTrue();
  }

  @Test
  void whatComesSlowlyWaitsForFourTenthsAtMost() {
    MemoryTask task = task(8);
    SourcePieces pieces = pieces(task);
    pieces.block(0, block());
    time.advance(Duration.ofMillis(399));
    pieces.block(1, block());
    assertThat(task.runs()).isEmpty();
    time.advance(Duration.ofMillis(1));
    pieces.block(2, block());
    assertThat(task.runs()).singleElement().returns(3L, SignedRun::endBlock);
  }

  private MemoryTask task(int blocks) {
    long length = (long) blocks * BLOCK;
    return MemoryTask.ofLength(new TaskId("ab".repeat(32)), length, length, folder);
  }

  private SourcePieces pieces(MemoryTask task) {
    return new SourcePieces(task, SourceOrigin.NONE, RunSigner.create(), time, new Deaf());
  }

  private static BlockLease block() {
    return BlockLease.unpooled(ByteBuffer.allocate(BLOCK));
  }

  private static final class Deaf implements DownloadListener {
    @Override
    public void received(From from, long bytes) {}

    @Override
    public void pieceFinished(Piece piece) {}

    @Override
    public void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure) {}
  }
}
