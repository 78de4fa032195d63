package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/**
 * Which block to ask of a neighbour: of some that it has, taken by chance, the one that the fewest
 * neighbours have. What can be asked is kept by every change, so that a choice looks at {@value
 * #SAMPLE} blocks however many there are, and allocates nothing. A sample is as good as the rarest
 * of all within a percent, and peers that know the same choose differently.
 *
 * <p>Neighbours are small numbers that the caller gives and gives again after {@link #leave}. Not
 * safe for threads.
 */
public final class BlockPicker {
  private static final int SAMPLE = 16;

  /** Blocks: what is on its way makes as much of a difference. */
  private static final int CLEARLY = 3;

  private final RandomGenerator random;
  private final BlockSet wanted = new BlockSet();
  private final BlockSet here = new BlockSet();
  private Neighbour[] neighbours = new Neighbour[16];
  private short[] holders = new short[64];
  private int blocks;

  /** What one neighbour has, and what of it can be asked now. */
  private static final class Neighbour {
    final BlockSet has = new BlockSet();
    final BlockSet useful = new BlockSet();
  }

  public BlockPicker(RandomGenerator random) {
    this.random = random;
  }

  /** A neighbour that has nothing yet. */
  public void join(int n) {
    if (n >= neighbours.length) {
      neighbours = Arrays.copyOf(neighbours, Math.max(n + 1, 2 * neighbours.length));
    }
    if (neighbours[n] != null) {
      throw new IllegalStateException("neighbour " + n + " is there already");
    }
    neighbours[n] = new Neighbour();
  }

  /** The neighbour is gone with all that it has. */
  public void leave(int n) {
    BlockSet has = neighbour(n).has;
    for (int block = has.next(0); block >= 0; block = has.next(block + 1)) {
      holders[block]--;
    }
    neighbours[n] = null;
  }

  public void has(int n, BitSet told) {
    for (int block = told.nextSetBit(0); block >= 0; block = told.nextSetBit(block + 1)) {
      has(n, block);
    }
  }

  public void has(int n, int block) {
    grow(block);
    Neighbour neighbour = neighbour(n);
    if (neighbour.has.add(block)) {
      holders[block]++;
      if (wanted.has(block)) {
        neighbour.useful.add(block);
      }
    }
  }

  /** The neighbour said or showed that it cannot give the block. */
  public void hasNot(int n, int block) {
    Neighbour neighbour = neighbour(n);
    if (neighbour.has.remove(block)) {
      holders[block]--;
      neighbour.useful.remove(block);
    }
  }

  public boolean hasBlock(int n, int block) {
    return n < neighbours.length && neighbours[n] != null && neighbours[n].has.has(block);
  }

  /** Number of neighbours that have the block. */
  public int holders(int block) {
    return block < holders.length ? holders[block] : 0;
  }

  /** The block is missing here, nobody is asked for it, and its bytes can be verified. */
  public void want(int block) {
    grow(block);
    if (wanted.add(block)) {
      for (Neighbour neighbour : neighbours) {
        if (neighbour != null && neighbour.has.has(block)) {
          neighbour.useful.add(block);
        }
      }
    }
  }

  /** The block is here or somebody is asked for it. */
  public void unwant(int block) {
    if (wanted.remove(block)) {
      for (Neighbour neighbour : neighbours) {
        if (neighbour != null) {
          neighbour.useful.remove(block);
        }
      }
    }
  }

  /** The block is here for good. */
  public void here(int block) {
    grow(block);
    here.add(block);
    unwant(block);
  }

  /**
   * Whether most neighbours that have not everything have clearly more than is here. A neighbour
   * that shows little of what it has, as a seed does, does not count much this way.
   */
  public boolean isBehind() {
    int ahead = 0;
    int growing = 0;
    for (Neighbour neighbour : neighbours) {
      if (neighbour != null && neighbour.has.count() < blocks) {
        growing++;
        ahead += neighbour.has.count() > here.count() + CLEARLY ? 1 : 0;
      }
    }
    return 2 * ahead > growing;
  }

  public boolean isWanted(int block) {
    return wanted.has(block);
  }

  /** Number of blocks that are wanted. */
  public int wanted() {
    return wanted.count();
  }

  /** How many wanted blocks the neighbour has. */
  public int useful(int n) {
    return neighbour(n).useful.count();
  }

  /** The block to ask of the neighbour, or -1 when it has none that is wanted. */
  public int pick(int n) {
    BlockSet useful = neighbour(n).useful;
    int best = -1;
    int fewest = Integer.MAX_VALUE;
    boolean all = useful.count() <= SAMPLE;
    int at = blocks == 0 ? 0 : random.nextInt(blocks);
    for (int i = Math.min(useful.count(), SAMPLE); i > 0 && fewest > 1; i--) {
      int block = useful.nextAround(at);
      if (holders[block] < fewest) {
        fewest = holders[block];
        best = block;
      }
      at = all ? block + 1 : random.nextInt(blocks);
    }
    return best;
  }

  /** The first wanted block of the neighbour from {@code from} up to {@code to}, or -1. */
  public int pickWithin(int n, int from, int to) {
    int block = neighbour(n).useful.next(from);
    return block < to ? block : -1;
  }

  private Neighbour neighbour(int n) {
    if (n >= neighbours.length || neighbours[n] == null) {
      throw new IllegalStateException("there is no neighbour " + n);
    }
    return neighbours[n];
  }

  private void grow(int block) {
    blocks = Math.max(blocks, block + 1);
    if (block >= holders.length) {
      holders = Arrays.copyOf(holders, Math.max(block + 1, 2 * holders.length));
    }
  }
}
