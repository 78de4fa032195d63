package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Puts what was read from the source into the store, signs its digests and completes pieces. One
 * instance for each stream of blocks; the blocks come in order.
 *
 * <p>The last piece of a task whose whole digest is known is signed and completed only after the
 * whole matched: nobody ever holds a complete bad task.
 */
final class SourcePieces {
  private final StoredTask stored;
  private final RunSigner signer;
  private final Time time;
  private final DownloadListener listener;
  private final ByteArrayOutputStream digests = new ByteArrayOutputStream();
  private long runStart;
  private long pieceStartNanos;

  SourcePieces(StoredTask stored, RunSigner signer, Time time, DownloadListener listener) {
    this.stored = stored;
    this.signer = signer;
    this.time = time;
    this.listener = listener;
    this.pieceStartNanos = time.nanos();
  }

  /** Keeps a block; completes its piece when it was the last block of it. */
  void block(long block, ByteBuffer data) {
    PieceLayout layout = stored.layout().orElseThrow();
    int length = data.remaining();
    if (stored.hasBlock(block)) {
      sign(layout);
    } else {
      if (digests.size() == 0) {
        runStart = block;
      }
      digests.writeBytes(stored.putFromSource(block, data));
      listener.received(DownloadListener.From.SOURCE, length);
    }
    int piece = layout.pieceOfBlock(block);
    if (block == layout.firstBlock(piece) + layout.blocksIn(piece) - 1) {
      complete(layout, piece);
    }
  }

  /** The stream ends in the middle of a piece: what was read so far is signed. */
  void endOfStream() {
    stored.layout().ifPresent(this::sign);
  }

  private void complete(PieceLayout layout, int piece) {
    if (stored.pieces().has(piece)) {
      sign(layout);
      return;
    }
    Piece finished;
    synchronized (stored) {
      checkWholeBeforeLast(layout);
      sign(layout);
      finished =
          stored.finishPiece(
              piece,
              Optional.empty(),
              Piece.Traffic.BACK_TO_SOURCE,
              Optional.empty(),
              time.nanos() - pieceStartNanos);
    }
    pieceStartNanos = time.nanos();
    listener.pieceFinished(finished);
  }

  private void checkWholeBeforeLast(PieceLayout layout) {
    Optional<Digest> expected = stored.facts().digest();
    boolean last =
        layout.contentLength().isPresent() && stored.pieces().count() == layout.pieceCount() - 1;
    if (expected.isEmpty() || !last || expected.get().algorithm() == Digest.Algorithm.CRC32) {
      return;
    }
    Digest actual = stored.digest(expected.get().algorithm());
    if (!actual.equals(expected.get())) {
      throw new DragonflyException(
          ErrorCode.DIGEST_MISMATCH,
          "the source of task %s delivered %s (expected %s): nothing of it is kept; check the digest and the URL %s"
              .formatted(stored.id(), actual, expected.get(), stored.spec().publicUrl()));
    }
  }

  private void sign(PieceLayout layout) {
    if (digests.size() > 0) {
      stored.addRun(
          signer.sign(
              stored.id(),
              stored.facts().version().orElse(SourceVersion.NONE),
              layout.blockLength(),
              runStart,
              digests.toByteArray(),
              layout.contentLength()));
      digests.reset();
    }
  }
}
