package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which blocks of a download may be asked for: wanted by a caller, missing, of a digest that is
 * known, fetched by nobody. That can be looked up at any time, so whatever happens only says which
 * blocks to look at again, and no order of events can be wrong. Guarded by the monitor of its
 * {@link TaskSwarm}.
 */
final class WantedBlocks {
  private final TaskSwarm swarm;
  private final StoredTask stored;
  private final Claims claims;
  private final BlockChoice choice;
  private final IntPredicate inFlight;
  private Interest interest;
  private @Nullable PieceLayout layout;

  /**
   * @param choice told of every block whether it is wanted
   * @param inFlight whether a neighbour is asked for the block
   */
  WantedBlocks(TaskSwarm swarm, Claims claims, BlockChoice choice, IntPredicate inFlight) {
    this.swarm = swarm;
    this.stored = swarm.stored();
    this.claims = claims;
    this.choice = choice;
    this.inFlight = inFlight;
    this.interest = claims.interest();
  }

  /** How the task is cut; null while that is not known. */
  @Nullable PieceLayout layout() {
    return layout;
  }

  /** Whether the cut or the length has become known or has changed. */
  boolean recut() {
    Optional<PieceLayout> now = stored.layout();
    if (now.isEmpty() || now.get().equals(layout)) {
      return false;
    }
    layout = now.get();
    refresh(0, knownEnd(now.get()));
    return true;
  }

  /** Whether callers want something else than before. */
  boolean isNews(Interest now) {
    PieceLayout cut = layout;
    if (now.equals(interest) || cut == null) {
      return false;
    }
    interest = now;
    refresh(0, knownEnd(cut));
    return true;
  }

  /** While the length is not known, only what somebody has is worth a look. */
  private long knownEnd(PieceLayout cut) {
    return cut.contentLength().isPresent()
        ? Long.MAX_VALUE
        : swarm.neighbours().stream().mapToInt(n -> n.has.length()).max().orElse(0);
  }

  void hadBySomebody(BitSet blocks) {
    PieceLayout cut = layout;
    if (cut != null && cut.contentLength().isEmpty() && !blocks.isEmpty()) {
      refresh(blocks.nextSetBit(0), blocks.length());
    }
  }

  void refresh(long first, long end) {
    PieceLayout cut = layout;
    if (cut == null) {
      return;
    }
    int limit = (int) Math.min(end, swarm.limit());
    for (int block = (int) first; block < limit; block++) {
      if (stored.hasBlock(block)) {
        choice.here(block);
        continue;
      }
      boolean wanted =
          !inFlight.test(block)
              && interest.wants(cut, cut.pieceOfBlock(block))
              && stored.coversBlock(block)
              && !claims.isClaimed(block);
      choice.want(block, wanted);
    }
  }
}
