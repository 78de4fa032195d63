package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.BitSet;
import java.util.Optional;

/**
 * What callers want of a task: a run of bytes, or everything.
 *
 * @param range the bytes; absent for everything
 */
public record Interest(Optional<ByteRange> range) {
  /** Pieces of a task whose source does not tell a length: 4 MiB each, up to 1 TiB. */
  public static final int UNKNOWN_LENGTH_PIECES = 1 << 18;

  /** Everything. */
  public static final Interest ALL = new Interest(Optional.empty());

  /** Whether everything that is wanted is verified. */
  public boolean isSatisfiedBy(StoredTask stored) {
    Optional<PieceLayout> layout = stored.layout();
    // Without a length only a range ends somewhere.
    return stored.isComplete()
        || layout.isPresent()
            && (layout.get().contentLength().isPresent() || range.isPresent())
            && missing(stored, layout.get()).isEmpty();
  }

  /** The pieces that are wanted and not there. */
  BitSet missing(StoredTask stored, PieceLayout layout) {
    BitSet missing = pieces(layout);
    missing.andNot(stored.pieces().toBitSet());
    return missing;
  }

  /** Whether the piece holds something of it; does not look whether there is such a piece. */
  public boolean wants(PieceLayout layout, int piece) {
    return range.isEmpty()
        || range.get().length() > 0
            && piece >= range.get().start() / layout.pieceLength()
            && piece <= (range.get().end() - 1) / layout.pieceLength();
  }

  /** This interest and the other; runs of bytes are widened to one that holds both. */
  public Interest and(Interest other) {
    if (range.isEmpty() || other.range.isEmpty()) {
      return ALL;
    }
    long start = Math.min(range.get().start(), other.range.get().start());
    long end = Math.max(range.get().end(), other.range.get().end());
    return new Interest(Optional.of(new ByteRange(start, end - start)));
  }

  /**
   * The pieces that hold it. Everything, while the content length is unknown, is every piece number
   * that a task can have.
   */
  public BitSet pieces(PieceLayout layout) {
    BitSet pieces = new BitSet();
    if (layout.contentLength().isPresent() && layout.contentLength().getAsLong() == 0) {
      return pieces;
    }
    int known = layout.contentLength().isPresent() ? layout.pieceCount() : UNKNOWN_LENGTH_PIECES;
    if (range.isEmpty()) {
      pieces.set(0, known);
      return pieces;
    }
    if (range.get().length() > 0) {
      long last = Math.min(range.get().end() - 1, (long) known * layout.pieceLength() - 1);
      if (range.get().start() <= last) {
        pieces.set(layout.pieceAt(range.get().start()), layout.pieceAt(last) + 1);
      }
    }
    return pieces;
  }
}
