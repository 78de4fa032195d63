package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Which pieces of one download are wanted, and which are being fetched by somebody, a parent's
 * worker or a reader of the source. Guarded by its own lock; never calls out while holding it.
 */
public final class Claims {
  private final StoredTask stored;
  private final Supplier<Interest> interest;
  private final BitSet inFlight = new BitSet();

  public Claims(StoredTask stored, Supplier<Interest> interest) {
    this.stored = stored;
    this.interest = interest;
  }

  /** Pieces that are wanted, missing and not in flight; empty while the layout is not known. */
  public synchronized BitSet open() {
    BitSet open = missing();
    open.andNot(inFlight);
    return open;
  }

  /** Pieces that are wanted and missing, in flight or not. */
  public BitSet missing() {
    Optional<PieceLayout> layout = stored.layout();
    if (layout.isEmpty()) {
      return new BitSet();
    }
    return interest.get().missing(stored, layout.get());
  }

  /** Takes the piece if nobody has it. */
  public synchronized boolean claim(int piece) {
    if (inFlight.get(piece)) {
      return false;
    }
    inFlight.set(piece);
    return true;
  }

  public synchronized void release(int piece) {
    inFlight.clear(piece);
  }

  /**
   * Takes the first run of consecutive open pieces, at most {@code limit} of them.
   *
   * @return first piece and number of pieces, or empty when there is none
   */
  public synchronized Optional<Segment> claimSegment(int limit) {
    BitSet open = open();
    int first = open.nextSetBit(0);
    if (first < 0) {
      return Optional.empty();
    }
    int end = Math.min(open.nextClearBit(first), first + limit);
    inFlight.set(first, end);
    return Optional.of(new Segment(first, end));
  }

  public synchronized void release(Segment segment) {
    inFlight.clear(segment.first(), segment.end());
  }

  /**
   * Consecutive pieces.
   *
   * @param first the first
   * @param end the one after the last
   */
  public record Segment(int first, int end) {}
}
