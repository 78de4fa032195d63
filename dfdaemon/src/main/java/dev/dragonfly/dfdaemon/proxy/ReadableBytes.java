package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.Optional;

/**
 * Which bytes of a task may be given to a client: blocks that are verified, and of the last piece
 * only when the piece is finished.
 */
final class ReadableBytes {
  private ReadableBytes() {}

  /**
   * The end of the run of bytes from {@code offset} on that may be given away.
   *
   * @param limit where to stop looking
   */
  static long end(StoredTask stored, long offset, long limit) {
    Optional<PieceLayout> known = stored.layout();
    if (known.isEmpty()) {
      return offset;
    }
    PieceLayout layout = known.get();
    boolean lengthKnown = layout.contentLength().isPresent();
    if (lengthKnown && offset >= layout.contentLength().getAsLong()) {
      return offset;
    }
    long stop = lengthKnown ? Math.min(limit, layout.contentLength().getAsLong()) : limit;
    int last = lengthKnown ? layout.pieceCount() - 1 : 0;
    long at = offset;
    while (at < stop) {
      int piece = layout.pieceAt(at);
      if (stored.piece(piece).isPresent()) {
        at = layout.piece(piece).end();
        continue;
      }
      long inPiece = at - layout.piece(piece).start();
      long block = layout.firstBlock(piece) + inPiece / layout.blockLength();
      if (!lengthKnown || piece == last || !stored.hasBlock(block)) {
        break;
      }
      at = layout.block(block).end();
    }
    return Math.min(at, stop);
  }
}
