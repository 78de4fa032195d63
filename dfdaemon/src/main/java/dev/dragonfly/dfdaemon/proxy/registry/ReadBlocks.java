package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which blocks were read from a registry, by the word of those who signed them. A reader signs only
 * what it read itself, with the registry that it read it from: blocks of one registry never count
 * as those of another, in whatever mixture they are held.
 */
final class ReadBlocks {
  private ReadBlocks() {}

  /**
   * The end of the blocks from the position on that were read from there, at most {@code limit};
   * the position itself when its block was not, or when nobody says so.
   *
   * @param trustedOnly only by trusted readers. Any reader will do when the whole has matched: who
   *     signs what he did not read has it already, and needs nobody to give it to him
   */
  static long until(
      StoredTask stored, SourceOrigin from, long position, long limit, boolean trustedOnly) {
    if (from.equals(SourceOrigin.NONE) || stored.layout().isEmpty() || position >= limit) {
      return position;
    }
    PieceLayout layout = stored.layout().get();
    Set<String> readers =
        stored.facts().readerKeys().stream()
            .filter(key -> key.trusted() || !trustedOnly)
            .map(ReaderKey::publicKeyHex)
            .collect(Collectors.toSet());
    int piece = layout.pieceAt(position);
    long inPiece = position - layout.piece(piece).start();
    long block = layout.firstBlock(piece) + inPiece / layout.blockLength();
    long end = position;
    while (end < limit) {
      long next = readUntil(stored.runsOf(layout.pieceOfBlock(block)), block, from, readers);
      if (next == block) {
        return end;
      }
      end = layout.block(next - 1).end();
      block = next;
      if (layout.contentLength().isPresent() && end >= layout.contentLength().getAsLong()) {
        break;
      }
    }
    return Math.min(end, limit);
  }

  /** The first block that no run of those covers without a gap from this one on. */
  private static long readUntil(
      List<SignedRun> runs, long block, SourceOrigin from, Set<String> readers) {
    long end = block;
    for (SignedRun run : runs) {
      boolean covers = run.firstBlock() <= end && run.endBlock() > end;
      if (covers
          && run.origin().equals(from)
          && readers.contains(HexFormat.of().formatHex(run.publicKey()))) {
        end = run.endBlock();
      }
    }
    return end;
  }
}
