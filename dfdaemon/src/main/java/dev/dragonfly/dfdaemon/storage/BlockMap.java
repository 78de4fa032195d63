package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.JoinedCrc32;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.dfdaemon.storage.StoredTask.RunOutcome;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of a task is there and known: blocks, pieces, digests. Guarded by its own monitor; no I/O.
 */
final class BlockMap {
  private BlockDigests digests = new BlockDigests();
  private final BitSet blocks = new BitSet();
  private final BitSet staged = new BitSet();
  private final BitSet pieces = new BitSet();
  private final Map<Integer, Piece> records = new HashMap<>();
  private final TreeMap<Long, SignedRun> runs = new TreeMap<>();

  /** CRC-32 of verified blocks of pieces that are not finished. */
  private final Map<Long, Integer> crcs = new HashMap<>();

  /** The digests that are known, from runs or read from the source. */
  synchronized BlockDigests digests() {
    return digests;
  }

  synchronized boolean hasBlock(long block) {
    return blocks.get(Math.toIntExact(block));
  }

  synchronized BitSet blocks() {
    return (BitSet) blocks.clone();
  }

  synchronized void markBlock(long block) {
    blocks.set(Math.toIntExact(block));
    staged.clear(Math.toIntExact(block));
  }

  /** The same, with the CRC-32 of its bytes. */
  synchronized void markBlock(long block, int crc) {
    markBlock(block);
    crcs.put(block, crc);
  }

  /** CRC-32 of a piece of which all blocks were verified as they came; else empty. */
  synchronized Optional<Digest> crcOf(PieceLayout layout, int piece) {
    JoinedCrc32 joined = new JoinedCrc32();
    for (long block = layout.firstBlock(piece); block < layout.endBlock(piece); block++) {
      Integer crc = crcs.get(block);
      if (crc == null) {
        return Optional.empty();
      }
      joined.add(crc, layout.block(block).length());
    }
    return Optional.of(joined.digest());
  }

  synchronized void stageBlock(long block) {
    staged.set(Math.toIntExact(block));
  }

  /** Whether every block of the piece was put, verified or staged. */
  synchronized boolean allPut(PieceLayout layout, int piece) {
    for (long block = layout.firstBlock(piece); block < layout.endBlock(piece); block++) {
      if (!blocks.get((int) block) && !staged.get((int) block)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a block of the piece was put but not verified. */
  synchronized boolean hasStaged(PieceLayout layout, int piece) {
    int next = staged.nextSetBit((int) layout.firstBlock(piece));
    return next >= 0 && next < layout.endBlock(piece);
  }

  synchronized void dropStaged(PieceLayout layout, int piece) {
    staged.clear((int) layout.firstBlock(piece), (int) layout.endBlock(piece));
  }

  /**
   * Records the piece and marks its blocks.
   *
   * @return the blocks that could not be read before; empty when the piece was there already
   */
  synchronized Optional<BitSet> finish(PieceLayout layout, Piece piece) {
    if (pieces.get(piece.number())) {
      return Optional.empty();
    }
    int first = (int) layout.firstBlock(piece.number());
    int end = (int) layout.endBlock(piece.number());
    BitSet fresh = new BitSet();
    fresh.set(first, end);
    fresh.andNot(blocks);
    blocks.set(first, end);
    staged.clear(first, end);
    for (long block = first; block < end; block++) {
      crcs.remove(block);
    }
    records.put(piece.number(), piece);
    pieces.set(piece.number());
    return Optional.of(fresh);
  }

  /** Whether a block is verified: the cut of the task can't change any more. */
  synchronized boolean hasVerified() {
    return !blocks.isEmpty();
  }

  /** Forgets what belongs to another cut of the task; nothing of it is verified. */
  synchronized void recut() {
    staged.clear();
    runs.clear();
    crcs.clear();
    digests = new BlockDigests();
  }

  synchronized PieceBitmap pieces() {
    return PieceBitmap.of(pieces);
  }

  synchronized boolean hasPiece(int piece) {
    return pieces.get(piece);
  }

  synchronized int pieceCount() {
    return pieces.cardinality();
  }

  synchronized Optional<Piece> piece(int number) {
    return Optional.ofNullable(records.get(number));
  }

  /**
   * Keeps a run if it agrees with those that are kept.
   *
   * @param version the state of the source that is known; else that of the first run counts
   */
  synchronized RunOutcome addRun(SignedRun run, Optional<SourceVersion> version) {
    Optional<SourceVersion> kept =
        version.or(() -> runs.values().stream().findFirst().map(SignedRun::version));
    if (kept.isPresent() && !kept.get().equals(run.version())) {
      return RunOutcome.OTHER_VERSION;
    }
    if (digests.isContradictedBy(run)) {
      return RunOutcome.CONTRADICTED;
    }
    SignedRun same = runs.get(run.firstBlock());
    if (same != null && !isBetter(run, same)) {
      return RunOutcome.KNOWN;
    }
    runs.put(run.firstBlock(), run);
    digests.add(run);
    return RunOutcome.NEW;
  }

  synchronized boolean isKept(SignedRun run) {
    SignedRun kept = runs.get(run.firstBlock());
    return kept != null && kept.isSame(run);
  }

  private static boolean isBetter(SignedRun run, SignedRun same) {
    boolean bindsLength = run.contentLength().isPresent() && same.contentLength().isEmpty();
    return run.blockCount() > same.blockCount()
        || bindsLength && run.blockCount() == same.blockCount();
  }

  synchronized List<SignedRun> runsBetween(long first, long end) {
    return runs.headMap(end, false).values().stream()
        .filter(run -> run.endBlock() > first)
        .toList();
  }

  /** The end of the verified blocks; 0 when there is none. */
  synchronized long endOfVerified(PieceLayout layout) {
    int last = blocks.length() - 1;
    return last < 0 ? 0 : layout.block(last).end();
  }

  /** The first byte from {@code offset} on that is not verified. */
  synchronized long verifiedUntil(PieceLayout layout, long offset) {
    if (layout.contentLength().isPresent() && offset >= layout.contentLength().getAsLong()) {
      return offset;
    }
    int block = Math.toIntExact(layout.blockAt(offset));
    int clear = blocks.nextClearBit(block);
    return clear == block ? offset : layout.block(clear - 1L).end();
  }
}
