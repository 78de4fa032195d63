package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * From a block that has come to a piece that is complete: the store verifies and keeps it, and a
 * piece of which all blocks are verified is finished. Guarded by the monitor of its {@link
 * TaskSwarm}.
 */
final class Landing {
  /** How long nothing is asked for when this host itself is short of something. */
  private static final Duration REST = Duration.ofSeconds(1);

  private final Taking taking;
  private final TaskSwarm swarm;
  private final StoredTask stored;
  private final Taking.Part part;
  private final Errands errands;
  private final Time time;
  private final BitSet finishing = new BitSet();
  private int landed;
  private long shortUntilNanos;
  private boolean isShort;

  Landing(Taking taking, TaskSwarm swarm, Taking.Part part, Time time) {
    this.taking = taking;
    this.swarm = swarm;
    this.stored = swarm.stored();
    this.part = part;
    this.errands = swarm.errands();
    this.time = time;
  }

  /** Whether this host should not ask for more now. */
  boolean isShort(long nowNanos) {
    isShort = isShort && nowNanos - shortUntilNanos < 0;
    return isShort;
  }

  /** Whether blocks are here that the disk has not taken yet. */
  boolean isAwaitingDisk() {
    return landed > 0;
  }

  boolean isBusy() {
    return landed > 0 || !finishing.isEmpty();
  }

  void land(LinkedNeighbour from, Flight flight, BlockLease bytes) {
    flight.landed = true;
    landed++;
    int length = bytes.buffer().remaining();
    errands.add(() ->
        stored
            .beginVerified(flight.block, bytes)
            .whenComplete((done, failure) -> verified(from, flight, length, failure)));
  }

  /** On a disk thread. */
  private void verified(
      LinkedNeighbour from, Flight flight, int length, @Nullable Throwable failure) {
    synchronized (swarm) {
      landed--;
      if (failure == null) {
        kept(from, flight, length);
      } else {
        notKept(from, flight, failure);
      }
      taking.pump();
    }
    errands.run();
  }

  private void kept(LinkedNeighbour from, Flight flight, int length) {
    from.delivered = true;
    from.failures = 0;
    errands.add(() -> part.events().received(from.host, length));
    PieceLayout cut = stored.layout().orElseThrow();
    int piece = cut.pieceOfBlock(flight.block);
    if (isWhole(cut, piece) && !finishing.get(piece)) {
      // Its claim stays until the piece is finished, so that nobody else begins to do that.
      finish(cut, piece, from.peer);
    } else {
      part.claims().releaseBlock(flight.block);
    }
    taking.forget(flight);
  }

  private boolean isWhole(PieceLayout cut, int piece) {
    for (long block = cut.firstBlock(piece); block < cut.endBlock(piece); block++) {
      if (!stored.hasBlock(block)) {
        return false;
      }
    }
    return true;
  }

  private void finish(PieceLayout cut, int piece, Optional<PeerId> from) {
    finishing.set(piece);
    Optional<String> parent = from.map(PeerId::value);
    errands.add(() ->
        stored
            .beginFinish(piece, Piece.Traffic.REMOTE_PEER, parent)
            .whenComplete((done, failure) -> finished(cut, piece, done, failure)));
  }

  /** On a disk thread. */
  private void finished(
      PieceLayout cut, int piece, @Nullable Piece done, @Nullable Throwable failure) {
    synchronized (swarm) {
      finishing.clear(piece);
      for (long block = cut.firstBlock(piece); block < cut.endBlock(piece); block++) {
        part.claims().releaseBlock((int) block);
      }
      if (done != null) {
        errands.add(() -> part.events().pieceFinished(done));
      } else if (failure != null && !taking.isOver()) {
        homeFailed(causeOf(failure));
      }
    }
    errands.run();
  }

  private static DragonflyException causeOf(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof DragonflyException known
        ? known
        : new DragonflyException(ErrorCode.INTERNAL, "keeping a block failed: " + cause, failure);
  }

  private void notKept(LinkedNeighbour from, Flight flight, Throwable failure) {
    taking.free(flight);
    DragonflyException cause = causeOf(failure);
    switch (cause.code()) {
      case DIGEST_MISMATCH -> {
        taking.fail(from, taking.pieceOf(flight.block), PieceFailure.CORRUPT);
        taking.banish(from, CloseReason.DISTRUSTED, String.valueOf(cause.getMessage()));
        taking.changed();
      }
      case RESOURCE_EXHAUSTED, CANCELLED -> {
        // A shortage of this host passes, and no neighbour suffers for it.
        isShort = true;
        shortUntilNanos = time.nanos() + REST.toNanos();
      }
      default -> {
        if (!taking.isOver()) {
          homeFailed(cause);
        }
      }
    }
  }

  void homeFailed(DragonflyException cause) {
    errands.add(() -> part.events().homeFailed(cause));
  }

  /** Pieces that have all their blocks and were not finished when the process ended. */
  void finishWhatIsThere() {
    Optional<PieceLayout> layout = stored.layout();
    if (layout.isEmpty()) {
      return;
    }
    PieceLayout cut = layout.get();
    BitSet missing = part.claims().missing();
    BitSet blocks = stored.blocks();
    for (int p = missing.nextSetBit(0);
        p >= 0 && p < limitOfPieces(cut);
        p = missing.nextSetBit(p + 1)) {
      if (blocks.nextClearBit((int) cut.firstBlock(p)) >= cut.endBlock(p)) {
        finish(cut, p, Optional.empty());
      }
    }
  }

  private int limitOfPieces(PieceLayout cut) {
    return cut.contentLength().isPresent()
        ? cut.pieceCount()
        : cut.pieceOfBlock(stored.blocks().length() + 1L);
  }
}
