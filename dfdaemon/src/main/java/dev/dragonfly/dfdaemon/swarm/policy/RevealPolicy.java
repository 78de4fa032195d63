package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What a host shows of what it has to whom. An ordinary peer shows everything to everybody. A seed
 * or reader of the source with three or more neighbours that are still at it shows each block to
 * one of them first: so its link sends each block about once, and the neighbours have something to
 * give to each other from the first second. It shows everything when each block was given once, and
 * something more to a neighbour that starves. One that does not fetch what it is shown, because it
 * wants a part only or hangs, does not share: it is shown everything. Showing is advice, no
 * permission: what is asked for is given.
 *
 * <p>Neighbours are small numbers that the caller gives. Times are nanoseconds on the caller's
 * clock. Not safe for threads.
 */
public final class RevealPolicy {
  private static final int ENOUGH_TO_SHARE = 3;

  /** Blocks that one neighbour is shown ahead of what it fetches. */
  private static final int AHEAD = 8;

  private static final int FOR_THE_STARVING = 4;
  private static final long STARVED_NANOS = 500_000_000;
  private static final long STUCK_NANOS = 1_000_000_000;

  private final Output output;
  private final RandomGenerator random;
  private @Nullable Neighbour[] neighbours = new Neighbour[16];

  /** All numbers of neighbours are below. */
  private int end;

  private final BlockSet here = new BlockSet();

  /** Blocks here that no neighbour has or is about to fetch. */
  private final BlockSet fresh = new BlockSet();

  /** To whom a block was given first, by its number; -1 when others have it or nobody was. */
  private int[] first = new int[64];

  private boolean source;
  private boolean complete;
  private boolean sparing;

  /** Somebody came: there may be blocks to share that nobody has. */
  private boolean changed;

  private int unfinished;
  private int pending;
  private int blocks;

  /** Where it goes. */
  @FunctionalInterface
  public interface Output {
    /** The neighbour is to know that the block can be had here. */
    void show(int n, int block);
  }

  private static final class Neighbour {
    final int number;
    final BlockSet has = new BlockSet();

    /**
     * What is here and was not shown to it. A seed does not show what it has; an ordinary peer
     * does, because a seed wants to know who has what.
     */
    final BlockSet hidden = new BlockSet();

    /** Shown while blocks were spared, and neither given nor had from elsewhere. */
    final BlockSet pending = new BlockSet();

    /** Given to it first, and not had by any other yet: what it still owes to the swarm. */
    final BlockSet owed = new BlockSet();

    /** It does not share: it has or wants nothing more, or does not fetch what it is shown. */
    boolean outside;

    long movedNanos;

    Neighbour(int number) {
      this.number = number;
    }
  }

  public RevealPolicy(Output output, RandomGenerator random) {
    this.output = output;
    this.random = random;
  }

  /**
   * What this host is.
   *
   * @param isSource it is a seed, or reads the source
   * @param isComplete no more blocks will become {@link #ready}
   */
  public void standing(boolean isSource, boolean isComplete, long nowNanos) {
    changed |= source != isSource;
    source = isSource;
    complete = isComplete;
    showMore(nowNanos);
  }

  /** A neighbour that has nothing yet and was shown nothing. */
  public void join(int n, long nowNanos) {
    Neighbour neighbour = new Neighbour(n);
    neighbour.movedNanos = nowNanos;
    for (int block = here.next(0); block >= 0; block = here.next(block + 1)) {
      neighbour.hidden.add(block);
    }
    if (n >= neighbours.length) {
      neighbours = Arrays.copyOf(neighbours, Math.max(n + 1, 2 * neighbours.length));
    }
    neighbours[n] = neighbour;
    end = Math.max(end, n + 1);
    unfinished++;
    changed = true;
    showMore(nowNanos);
  }

  public void leave(int n, long nowNanos) {
    Neighbour gone = neighbour(n);
    if (gone != null) {
      neighbours[n] = null;
      leaveOut(gone);
      showMore(nowNanos);
    }
  }

  /** The neighbour has everything, or fetches nothing more. */
  public void finished(int n, long nowNanos) {
    Neighbour neighbour = neighbour(n);
    if (neighbour != null) {
      leaveOut(neighbour);
      showMore(nowNanos);
    }
  }

  private void leaveOut(Neighbour neighbour) {
    if (!neighbour.outside) {
      neighbour.outside = true;
      unfinished--;
      spareAgain(neighbour);
    }
  }

  /** The neighbour has these blocks, from whomever. */
  public void has(int n, BitSet told, long nowNanos) {
    Neighbour neighbour = neighbour(n);
    if (neighbour == null) {
      return;
    }
    for (int block = told.nextSetBit(0); block >= 0; block = told.nextSetBit(block + 1)) {
      neighbour.has.add(block);
      if (source) {
        neighbour.hidden.remove(block);
      }
      fresh.remove(block);
      settle(neighbour, block, nowNanos);
      passedOn(n, block);
    }
    neighbour.movedNanos = nowNanos;
    if (source) { // What others have changes nothing in what a peer shows, and is told most of all.
      showMore(nowNanos);
    }
  }

  /** A block can be had here. */
  public void ready(int block, long nowNanos) {
    blocks = Math.max(blocks, block + 1);
    if (block >= first.length) {
      int length = first.length;
      first = Arrays.copyOf(first, Math.max(block + 1, 2 * length));
      Arrays.fill(first, length, first.length, -1);
    }
    if (!here.add(block)) {
      return;
    }
    for (int n = 0; n < end; n++) {
      Neighbour neighbour = neighbours[n];
      if (neighbour != null && (!source || !neighbour.has.has(block))) {
        neighbour.hidden.add(block);
      }
    }
    if (sparing && isNew(block)) {
      fresh.add(block);
    }
    showMore(nowNanos);
  }

  /** A block went out to the neighbour. */
  public void given(int n, int block, long nowNanos) {
    Neighbour neighbour = neighbour(n);
    if (neighbour != null) {
      settle(neighbour, block, nowNanos);
      if (source) {
        showMore(nowNanos);
      }
    }
  }

  /**
   * Time has passed: gives more to who starves, and to others what somebody does not fetch.
   *
   * @param idle whether the uplink has room
   */
  public void tick(boolean idle, long nowNanos) {
    if (!sparing) {
      return;
    }
    for (int n = 0; n < end; n++) {
      Neighbour neighbour = neighbours[n];
      if (neighbour == null) {
        continue;
      }
      long still = nowNanos - neighbour.movedNanos;
      if (!neighbour.pending.isEmpty() && still > STUCK_NANOS) {
        leaveOut(neighbour);
      }
      if (idle && !neighbour.outside && neighbour.pending.isEmpty() && still > STARVED_NANOS) {
        show(neighbour, FOR_THE_STARVING);
        neighbour.movedNanos = nowNanos;
      }
    }
    showMore(nowNanos);
  }

  private void settle(Neighbour neighbour, int block, long nowNanos) {
    if (neighbour.pending.remove(block)) {
      pending--;
      neighbour.movedNanos = nowNanos;
    }
  }

  /** Somebody has the block; who was given it first has passed it on, unless it is himself. */
  private void passedOn(int to, int block) {
    if (block < first.length && first[block] >= 0 && first[block] != to) {
      Neighbour giver = neighbour(first[block]);
      if (giver != null) {
        giver.owed.remove(block);
      }
      first[block] = -1;
    }
  }

  /** What the neighbour was to fetch, and will not, is for others. */
  private void spareAgain(Neighbour neighbour) {
    for (int b = neighbour.pending.next(0); b >= 0; b = neighbour.pending.next(b + 1)) {
      neighbour.pending.remove(b);
      neighbour.owed.remove(b);
      pending--;
      if (isNew(b)) {
        fresh.add(b);
      }
    }
  }

  private @Nullable Neighbour neighbour(int n) {
    return n < neighbours.length ? neighbours[n] : null;
  }

  private boolean isNew(int block) {
    for (int n = 0; n < end; n++) {
      Neighbour neighbour = neighbours[n];
      if (neighbour != null && (neighbour.has.has(block) || neighbour.pending.has(block))) {
        return false;
      }
    }
    return true;
  }

  private void showMore(long nowNanos) {
    boolean share = source && unfinished >= ENOUGH_TO_SHARE;
    if (share && changed) {
      findFresh();
      changed = false;
    }
    sparing = share && (!complete || !fresh.isEmpty() || pending > 0);
    for (int n = 0; n < end; n++) {
      Neighbour neighbour = neighbours[n];
      if (neighbour != null && (!sparing || neighbour.outside)) {
        show(neighbour, Integer.MAX_VALUE);
      }
    }
    if (!sparing) {
      return;
    }
    for (Neighbour neighbour = leastLoaded();
        neighbour != null && !fresh.isEmpty();
        neighbour = leastLoaded()) {
      int block = fresh.nextAround(random.nextInt(blocks));
      fresh.remove(block);
      if (neighbour.pending.isEmpty()) {
        neighbour.movedNanos = nowNanos;
      }
      neighbour.pending.add(block);
      neighbour.owed.add(block);
      first[block] = neighbour.number;
      pending++;
      // It may know already, from before blocks were spared.
      if (neighbour.hidden.remove(block)) {
        output.show(neighbour.number, block);
      }
    }
  }

  private void findFresh() {
    for (int block = here.next(0); block >= 0; block = here.next(block + 1)) {
      if (isNew(block)) {
        fresh.add(block);
      }
    }
  }

  /**
   * Who owes the swarm the least, by chance among equals; null when all have enough to fetch. Not
   * who fetches fastest: he would be given more than his uplink can pass on to all the others.
   */
  private @Nullable Neighbour leastLoaded() {
    Neighbour best = null;
    int least = Integer.MAX_VALUE;
    int same = 0;
    for (int n = 0; n < end; n++) {
      Neighbour neighbour = neighbours[n];
      if (neighbour == null) {
        continue;
      }
      int load = neighbour.owed.count();
      if (neighbour.outside || load > least || neighbour.pending.count() >= AHEAD) {
        continue;
      }
      same = load < least ? 1 : same + 1;
      // The k-th of equals takes the place with a chance of 1/k: each is as likely as the others.
      if (load < least || random.nextInt(same) == 0) {
        best = neighbour;
      }
      least = load;
    }
    return best;
  }

  private void show(Neighbour neighbour, int limit) {
    int left = Math.min(limit, neighbour.hidden.count());
    int block = left == 0 ? -1 : neighbour.hidden.nextAround(random.nextInt(blocks));
    for (; left > 0; left--) {
      neighbour.hidden.remove(block);
      output.show(neighbour.number, block);
      block = neighbour.hidden.nextAround(block + 1);
    }
  }
}
