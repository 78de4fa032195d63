package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.dfdaemon.link.CloseReason;
import java.util.OptionalInt;

/** What a download wants to hear of what it takes. Called without a lock; must be short. */
interface TakingEvents {
  /** A block is verified and kept. */
  void received(HostId from, long bytes);

  /** Bytes came that were not wanted any more. */
  void wasted(long bytes);

  void pieceFinished(Piece piece);

  void failed(HostId from, OptionalInt piece, PieceFailure failure);

  /** The neighbour is not asked any more, for a while or, when it lied, for good. */
  void dropped(HostId from, boolean banished);

  /** The conversation is over. */
  void parted(HostId from, CloseReason reason, boolean hadDelivered);

  void homeFailed(DragonflyException failure);

  /** Something changed that may need a new decision. */
  void changed();
}
