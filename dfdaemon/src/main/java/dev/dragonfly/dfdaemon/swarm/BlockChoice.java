package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.dfdaemon.swarm.policy.BlockPicker;
import dev.dragonfly.dfdaemon.swarm.policy.Lateness;
import dev.dragonfly.dfdaemon.swarm.policy.RequestWindows;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which block is asked of whom: the policies of one download, by neighbour. Guarded by the monitor
 * of its {@link TaskSwarm}.
 */
final class BlockChoice {
  private static final long AIM_NANOS = Duration.ofMillis(150).toNanos();
  private static final int LEAST = 4;
  private static final int MOST = 64;

  /** Blocks that a waiting reader gets ahead of all others. */
  private static final int AHEAD = 8;

  private final BlockPicker picker;
  private final RequestWindows windows = new RequestWindows(AIM_NANOS, LEAST, MOST);
  private final Lateness lateness = new Lateness(windows);
  private int preferred = -1;

  BlockChoice(RandomGenerator random) {
    this.picker = new BlockPicker(random);
  }

  void join(LinkedNeighbour neighbour) {
    picker.join(neighbour.number);
    picker.has(neighbour.number, neighbour.has);
  }

  void leave(LinkedNeighbour neighbour) {
    picker.leave(neighbour.number);
    windows.left(neighbour.number);
  }

  void has(LinkedNeighbour neighbour, BitSet blocks) {
    picker.has(neighbour.number, blocks);
  }

  void hasNot(LinkedNeighbour neighbour, int block) {
    picker.hasNot(neighbour.number, block);
  }

  int useful(LinkedNeighbour neighbour) {
    return picker.useful(neighbour.number);
  }

  void want(int block, boolean wanted) {
    if (wanted) {
      picker.want(block);
    } else {
      picker.unwant(block);
    }
  }

  /** The block is here for good. */
  void here(int block) {
    picker.here(block);
  }

  /** The block where a reader waits; those from there on come first. */
  void prefer(int block) {
    preferred = block;
  }

  /** The neighbour to ask now: of those with room the one that answers soonest. */
  @Nullable LinkedNeighbour next(Collection<LinkedNeighbour> neighbours, long nowNanos) {
    if (!windows.hasRoom() || picker.wanted() == 0) {
      return null;
    }
    LinkedNeighbour best = null;
    long soonest = Long.MAX_VALUE;
    for (LinkedNeighbour neighbour : neighbours) {
      if (picker.useful(neighbour.number) > 0 && hasRoom(neighbour, nowNanos)) {
        long expected = windows.expectedNanos(neighbour.number);
        if (expected < soonest) {
          soonest = expected;
          best = neighbour;
        }
      }
    }
    return best;
  }

  private boolean hasRoom(LinkedNeighbour neighbour, long nowNanos) {
    return neighbour.isReady(nowNanos) && windows.hasRoom(neighbour.number);
  }

  /** The block to ask of it, not wanted any more. */
  int take(LinkedNeighbour from) {
    int block = preferred < 0 ? -1 : picker.pickWithin(from.number, preferred, preferred + AHEAD);
    if (block < 0) {
      block = picker.pick(from.number);
    }
    picker.unwant(block);
    return block;
  }

  /** Whether a second neighbour should be asked for what the first was asked for. */
  boolean isLate(Flight flight, long nowNanos) {
    return lateness.isLate(flight.firstNanos, nowNanos, picker.wanted() == 0);
  }

  /** Who else can be asked for it. */
  @Nullable LinkedNeighbour another(
      Collection<LinkedNeighbour> neighbours, Flight flight, long nowNanos) {
    LinkedNeighbour best = null;
    for (LinkedNeighbour other : neighbours) {
      boolean can =
          other != flight.first
              && picker.hasBlock(other.number, flight.block)
              && hasRoom(other, nowNanos);
      if (can
          && (best == null
              || windows.expectedNanos(other.number) < windows.expectedNanos(best.number))) {
        best = other;
      }
    }
    return best;
  }

  void asked(LinkedNeighbour neighbour) {
    windows.asked(neighbour.number);
  }

  void askedTwice() {
    lateness.askedTwice();
  }

  void gone(LinkedNeighbour neighbour) {
    windows.gone(neighbour.number);
  }

  void came(LinkedNeighbour neighbour, long askedNanos, long nowNanos) {
    windows.behind(picker.isBehind());
    windows.came(neighbour.number, askedNanos, nowNanos);
    lateness.came();
  }
}
