package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import java.util.OptionalInt;

/** Told what a download receives; metrics and scheduler reports hang on it. Must be short. */
public interface DownloadListener {
  /** From whom verified bytes came. */
  enum From {
    PEER,
    SEED,
    SOURCE
  }

  /** Verified bytes were kept. */
  void received(From from, long bytes);

  /** Bytes came that nobody wanted any more. */
  default void wasted(long bytes) {}

  /** A piece is complete. */
  void pieceFinished(Piece piece);

  /** A parent did not deliver. */
  void pieceFailed(OptionalInt piece, PeerId parent, PieceFailure failure);
}
