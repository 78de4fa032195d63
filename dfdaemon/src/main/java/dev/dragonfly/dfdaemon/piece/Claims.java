package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Which blocks of one download are wanted, and which are being fetched by somebody. Who fetches
 * whole pieces, a worker of a plain parent or a reader of the source, claims all blocks of them
 * that are missing and nobody's. Guarded by its own lock; never calls out while holding it.
 */
public final class Claims {
  private final StoredTask stored;
  private final Supplier<Interest> interest;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Blocks that somebody fetches. */
  private final BitSet inFlight = new BitSet();

  /** What of a piece its one claimant has taken. */
  private final Map<Integer, BitSet> byPiece = new HashMap<>();

  /** Told of the claims of those who fetch whole pieces. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Blocks were claimed or released: look at them again. Called without a lock.
     *
     * @param first the first of them
     * @param end the one after the last
     */
    void changed(long first, long end);
  }

  public Claims(StoredTask stored, Supplier<Interest> interest) {
    this.stored = stored;
    this.interest = interest;
  }

  /** Tells the listener from now on, for as long as the download lives. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** What is wanted now. */
  public Interest interest() {
    return interest.get();
  }

  /** Takes a block if nobody has it. */
  public synchronized boolean claimBlock(int block) {
    if (isClaimed(block)) {
      return false;
    }
    inFlight.set(block);
    return true;
  }

  public synchronized void releaseBlock(int block) {
    inFlight.clear(block);
  }

  public synchronized boolean isClaimed(int block) {
    return inFlight.get(block) || isClaimedUncut(block);
  }

  /** Whether its piece was claimed as a whole, before anybody knew of how many blocks. */
  private boolean isClaimedUncut(int block) {
    Optional<PieceLayout> layout = stored.layout();
    if (byPiece.isEmpty() || layout.isEmpty()) {
      return false;
    }
    BitSet taken = byPiece.get(layout.get().pieceOfBlock(block));
    return taken != null && taken.isEmpty();
  }

  /**
   * Those of these pieces that are wanted, and of which a block is missing that nobody fetches;
   * empty while the layout is not known.
   */
  public synchronized BitSet openAmong(BitSet pieces) {
    BitSet open = missing();
    open.and(pieces);
    Optional<PieceLayout> layout = stored.layout();
    if (layout.isPresent() && !open.isEmpty()) {
      BitSet verified = stored.blocks();
      for (int piece = open.nextSetBit(0); piece >= 0; piece = open.nextSetBit(piece + 1)) {
        if (!isOpen(layout.get(), piece, verified)) {
          open.clear(piece);
        }
      }
    }
    return open;
  }

  /** Whether any wanted piece lacks a block that nobody fetches. */
  public synchronized boolean isAnyOpen() {
    return stored.layout().isPresent()
        && firstOpen(stored.layout().get(), missing(), stored.blocks()) >= 0;
  }

  /** A task of unknown length may have very many pieces, so no more are looked at than needed. */
  private int firstOpen(PieceLayout layout, BitSet missing, BitSet verified) {
    int piece = missing.nextSetBit(0);
    while (piece >= 0 && !isOpen(layout, piece, verified)) {
      piece = missing.nextSetBit(piece + 1);
    }
    return piece;
  }

  /** Whether {@link #free} has anything of the piece. */
  private boolean isOpen(PieceLayout layout, int piece, BitSet verified) {
    if (byPiece.containsKey(piece)) {
      return false;
    }
    int first = (int) layout.firstBlock(piece);
    int end = (int) layout.endBlock(piece);
    for (int b = verified.nextClearBit(first); b < end; b = verified.nextClearBit(b + 1)) {
      if (!inFlight.get(b)) {
        return true;
      }
    }
    int fetched = inFlight.nextSetBit(first);
    return (fetched < 0 || fetched >= end) && verified.nextClearBit(first) >= end;
  }

  /** Pieces that are wanted and missing, in flight or not. */
  public BitSet missing() {
    Optional<PieceLayout> layout = stored.layout();
    if (layout.isEmpty()) {
      return new BitSet();
    }
    return interest.get().missing(stored, layout.get());
  }

  /**
   * What may be claimed of a piece: its missing blocks that nobody fetches. Of one that has all its
   * blocks and only was never finished it is the last block, unless somebody finishes it.
   */
  private BitSet free(PieceLayout layout, int piece, BitSet verified) {
    int first = (int) layout.firstBlock(piece);
    int end = (int) layout.endBlock(piece);
    BitSet free = new BitSet();
    if (byPiece.containsKey(piece)) {
      return free;
    }
    free.set(first, end);
    free.andNot(inFlight);
    boolean untouched = free.cardinality() == end - first;
    free.andNot(verified);
    if (untouched && free.isEmpty()) {
      free.set(end - 1);
    }
    return free;
  }

  /** Takes what of the piece is nobody's, if there is any. */
  public boolean claim(int piece) {
    Segment one = new Segment(piece, piece + 1);
    synchronized (this) {
      if (!take(one)) {
        return false;
      }
    }
    tell(one);
    return true;
  }

  public void release(int piece) {
    release(new Segment(piece, piece + 1));
  }

  /**
   * Takes what is nobody's of the first run of consecutive open pieces, at most {@code limit} of
   * them.
   *
   * @return first piece and number of pieces, or empty when there is none
   */
  public Optional<Segment> claimSegment(int limit) {
    Segment segment;
    synchronized (this) {
      Optional<PieceLayout> layout = stored.layout();
      if (layout.isEmpty()) {
        return Optional.empty();
      }
      BitSet missing = missing();
      BitSet verified = stored.blocks();
      int first = firstOpen(layout.get(), missing, verified);
      if (first < 0) {
        return Optional.empty();
      }
      int end = first + 1;
      while (end < first + limit && missing.get(end) && isOpen(layout.get(), end, verified)) {
        end++;
      }
      segment = new Segment(first, end);
      take(segment);
    }
    tell(segment);
    return Optional.of(segment);
  }

  /** Whether there was something to take. */
  private boolean take(Segment segment) {
    Optional<PieceLayout> layout = stored.layout();
    if (layout.filter(Claims::hasPieces).isEmpty()) {
      // Before the cut is known there is only a beginning, for a reader of the source.
      return byPiece.putIfAbsent(segment.first(), new BitSet()) == null;
    }
    BitSet verified = stored.blocks();
    boolean taken = false;
    for (int piece = segment.first(); piece < segment.end(); piece++) {
      BitSet free = free(layout.get(), piece, verified);
      if (!free.isEmpty()) {
        byPiece.put(piece, free);
        inFlight.or(free);
        taken = true;
      }
    }
    return taken;
  }

  public void release(Segment segment) {
    synchronized (this) {
      for (int piece = segment.first(); piece < segment.end(); piece++) {
        BitSet taken = byPiece.remove(piece);
        if (taken != null) {
          inFlight.andNot(taken);
        }
      }
    }
    tell(segment);
  }

  private void tell(Segment segment) {
    stored
        .layout()
        .filter(Claims::hasPieces)
        .ifPresent(layout -> {
          long first = layout.firstBlock(segment.first());
          long end = layout.endBlock(segment.end() - 1);
          listeners.forEach(listener -> listener.changed(first, end));
        });
  }

  private static boolean hasPieces(PieceLayout layout) {
    return layout.contentLength().isEmpty() || layout.contentLength().getAsLong() > 0;
  }

  /**
   * Consecutive pieces.
   *
   * @param first the first
   * @param end the one after the last
   */
  public record Segment(int first, int end) {}
}
