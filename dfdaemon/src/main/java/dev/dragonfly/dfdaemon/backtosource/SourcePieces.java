package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * Puts what was read from the source into the store, signs its digests and completes pieces. One
 * instance for each stream of blocks; the blocks come in order.
 *
 * <p>Of content that is named by its digest the last run is signed only when the whole matched:
 * without it nobody else completes what is wrong. Who completes it here looks at the whole anyway.
 */
final class SourcePieces {
  /** Blocks travel on when they are signed, long before their piece is complete. */
  private static final Duration SIGNED_EVERY = Duration.ofMillis(100);

  /** Every host checks every signature: from a slow source so many blocks share one, ... */
  private static final int SIGNED_TOGETHER = 4;

  /** ... but none waits longer for it. */
  private static final Duration SIGNED_AT_LAST = Duration.ofMillis(400);

  private final StoredTask stored;
  private final SourceOrigin origin;
  private final RunSigner signer;
  private final Time time;
  private final DownloadListener listener;
  private final ByteArrayOutputStream digests = new ByteArrayOutputStream();
  private long runStart;
  private long pieceStartNanos;
  private long signedNanos;

  /**
   * @param origin from where the blocks come
   */
  SourcePieces(
      StoredTask stored,
      SourceOrigin origin,
      RunSigner signer,
      Time time,
      DownloadListener listener) {
    this.stored = stored;
    this.origin = origin;
    this.signer = signer;
    this.time = time;
    this.listener = listener;
    this.pieceStartNanos = time.nanos();
    this.signedNanos = pieceStartNanos;
  }

  /** Keeps a block; completes its piece when it was the last block of it. */
  void block(long block, BlockLease data) {
    PieceLayout layout = stored.layout().orElseThrow();
    int length = data.buffer().remaining();
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
    if (block == layout.endBlock(piece) - 1) {
      complete(layout, piece);
    } else if (isTimeToSign()) {
      sign(layout);
    }
  }

  private boolean isTimeToSign() {
    long since = time.nanos() - signedNanos;
    boolean several = digests.size() >= SIGNED_TOGETHER * SignedRun.DIGEST_LENGTH;
    return since >= (several ? SIGNED_EVERY : SIGNED_AT_LAST).toNanos();
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
    if (isWorthSigning(layout)) {
      sign(layout);
    }
    digests.reset();
    Piece finished =
        stored.finishPiece(
            piece,
            Optional.empty(),
            Piece.Traffic.BACK_TO_SOURCE,
            Optional.empty(),
            time.nanos() - pieceStartNanos);
    pieceStartNanos = time.nanos();
    listener.pieceFinished(finished);
  }

  private boolean isWorthSigning(PieceLayout layout) {
    boolean last =
        layout.contentLength().isPresent() && stored.pieces().count() == layout.pieceCount() - 1;
    Optional<Digest> named = TaskIdCalculator.contentDigest(stored.spec());
    return !last || named.isEmpty() || stored.digest(named.get().algorithm()).equals(named.get());
  }

  private void sign(PieceLayout layout) {
    signedNanos = time.nanos();
    if (digests.size() > 0) {
      stored.addRun(
          signer.sign(
              stored.id(),
              stored.facts().version().orElse(SourceVersion.NONE),
              origin,
              layout.blockLength(),
              runStart,
              digests.toByteArray(),
              layout.contentLength()));
      digests.reset();
    }
  }
}
