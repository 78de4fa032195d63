package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.piece.Piece;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.dfdaemon.storage.wire.JournalRecord;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a task may have lost with the power and compares it with its digests: pieces whose
 * record was not forced, and blocks whose piece was not complete, which no record names but which
 * signed digests tell. What matches is there from then on, so nothing is ever served that does not
 * match and what was verified is not fetched twice. Runs in the bulk lane, a piece for each slice
 * and in its turn, beside a download that has begun.
 */
final class TaskComparison {
  private static final Logger LOG = LoggerFactory.getLogger(TaskComparison.class);

  private final DiskTask task;
  private final PieceLayout layout;
  private final Map<Integer, Piece> doubtful = new HashMap<>();
  private final List<Digest> digests;
  private @Nullable CompletableFuture<Void> running;
  private boolean lost;

  /**
   * @param doubtful pieces that may have lost bytes
   * @param digests of the whole; right if no piece did
   */
  TaskComparison(DiskTask task, PieceLayout layout, List<Piece> doubtful, List<Digest> digests) {
    this.task = task;
    this.layout = layout;
    doubtful.forEach(piece -> this.doubtful.putIfAbsent(piece.number(), piece));
    this.digests = digests;
  }

  DiskTask task() {
    return task;
  }

  /** Begins, once; the future is complete when all was compared, or when that failed. */
  synchronized CompletableFuture<Void> run() {
    if (running == null) {
      running =
          from(0)
              .thenCompose(all -> task.files.submit("comparing", this::conclude))
              .handle((done, failure) -> {
                task.files.warn("comparing", failure);
                return null;
              });
    }
    return running;
  }

  private CompletableFuture<Integer> from(int first) {
    int piece = first;
    while (piece < end() && (task.blocks.hasPiece(piece) || !mayBeThere(piece))) {
      piece++;
    }
    if (piece >= end()) {
      return CompletableFuture.completedFuture(piece);
    }
    int next = piece;
    return task.turns
        .next(layout.pieceLength(), next, () -> task.files.bulk("comparing", () -> compare(next)))
        .thenCompose(done -> from(next + 1));
  }

  private int end() {
    int last = doubtful.keySet().stream().mapToInt(Integer::intValue).max().orElse(-1);
    return layout.contentLength().isPresent() ? layout.pieceCount() : last + 1;
  }

  private boolean mayBeThere(int piece) {
    for (long block = layout.firstBlock(piece); block < layout.endBlock(piece); block++) {
      if (task.blocks.digests().covers(block, 1)) {
        return true;
      }
    }
    return doubtful.containsKey(piece);
  }

  private boolean compare(int number) throws IOException {
    if (task.blocks.hasPiece(number)) {
      return false;
    }
    Piece piece = doubtful.get(number);
    BitSet found = new BitSet();
    int count = layout.blocksIn(number);
    long first = layout.firstBlock(number);
    boolean signed = task.blocks.digests().covers(first, count);
    ByteBuffer buffer = ByteBuffer.allocate(layout.blockLength());
    for (int i = 0; i < count; i++) {
      if (task.blocks.digests().covers(first + i, 1) && holds(first + i, buffer)) {
        found.set(i);
      }
    }
    if (piece != null && (signed ? found.cardinality() == count : hasOwnDigest(piece))) {
      task.blocks
          .finish(layout, piece)
          .ifPresent(fresh -> task.tellFinished(new PieceFinisher.Finished(piece, fresh)));
      return false;
    }
    if (piece != null) {
      LOG.warn("piece lost its bytes, forgotten task={} piece={}", task.id(), number);
      lost = true;
    }
    found.stream().forEach(i -> task.blocks.markBlock(first + i));
    return false;
  }

  private boolean hasOwnDigest(Piece piece) throws IOException {
    try {
      Digest crc = task.files.content().crc32(new ByteRange(piece.offset(), piece.length()));
      return piece.digest().filter(crc::equals).isPresent();
    } catch (EOFException e) {
      return false;
    }
  }

  private boolean holds(long block, ByteBuffer buffer) throws IOException {
    ByteRange range = layout.block(block);
    buffer.clear();
    try {
      task.files.content().read(range.start(), buffer, (int) range.length());
    } catch (EOFException e) {
      return false;
    }
    return task.blocks.digests().matches(block, buffer.flip());
  }

  private boolean conclude() throws IOException {
    if (lost) {
      // What is fetched in their place may be other bytes where nothing is signed.
      task.files.journal().append(new JournalRecord.Whole(Optional.empty()));
    } else {
      digests.forEach(task.digests::restore);
    }
    return lost;
  }
}
