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
  void whatWasReadIsSignedAfterATenthOfASecondAndNotOnlyWithItsPiece() {
    MemoryTask task =
        MemoryTask.ofLength(new TaskId("ab".repeat(32)), 4 * BLOCK, 4 * BLOCK, folder);
    SourcePieces pieces =
        new SourcePieces(task, SourceOrigin.NONE, RunSigner.create(), time, new Deaf());
    pieces.block(0, block());
    assertThat(task.runs()).as("at once").isEmpty();
    time.advance(Duration.ofMillis(100));
    pieces.block(1, block());
    assertThat(task.runs()).singleElement().returns(2L, SignedRun::endBlock);
    time.advance(Duration.ofMillis(99));
    pieces.block(2, block());
    assertThat(task.runs()).as("too soon again").hasSize(1);
    pieces.block(3, block());
    assertThat(task.runs()).last().returns(4L, SignedRun::endBlock);
    assertThat(task.isComplete()).isTrue();
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
