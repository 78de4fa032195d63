package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.Arrays;

/**
 * A set of block numbers that finds the next one in a few steps however sparse it is: above the
 * bits lies a level that tells which words have any, above that another. Allocates only when it
 * grows. Not safe for threads.
 */
public final class BlockSet {
  private static final int LEVELS = 4; // 64^4 numbers: 16 million
  private static final int WORD = 6;

  private final long[][] levels = new long[LEVELS][1];
  private int count;

  /** Number of blocks in the set. */
  public int count() {
    return count;
  }

  public boolean isEmpty() {
    return count == 0;
  }

  public boolean has(int block) {
    int word = block >> WORD;
    return word < levels[0].length && (levels[0][word] & 1L << block) != 0;
  }

  /** Adds a block; whether it was not there. */
  public boolean add(int block) {
    if (has(block)) {
      return false;
    }
    count++;
    int at = block;
    for (int level = 0; level < LEVELS; level++) {
      int word = at >> WORD;
      if (word >= levels[level].length) {
        levels[level] = Arrays.copyOf(levels[level], Math.max(word + 1, 2 * levels[level].length));
      }
      long before = levels[level][word];
      levels[level][word] = before | 1L << at;
      if (before != 0) {
        break; // The levels above say so already.
      }
      at = word;
    }
    return true;
  }

  /** Takes a block out; whether it was there. */
  public boolean remove(int block) {
    if (!has(block)) {
      return false;
    }
    count--;
    int at = block;
    for (int level = 0; level < LEVELS; level++) {
      int word = at >> WORD;
      levels[level][word] &= ~(1L << at);
      if (levels[level][word] != 0) {
        break;
      }
      at = word;
    }
    return true;
  }

  /** The first block from this number on, or -1. */
  public int next(int from) {
    int at = from;
    for (int level = 0; level < LEVELS; level++) {
      int word = at >> WORD;
      if (word >= levels[level].length) {
        return -1;
      }
      long rest = levels[level][word] & -1L << at;
      if (rest != 0) {
        return descend(level, (word << WORD) + Long.numberOfTrailingZeros(rest));
      }
      at = word + 1;
    }
    return -1;
  }

  private int descend(int level, int found) {
    int at = found;
    for (int below = level - 1; below >= 0; below--) {
      at = (at << WORD) + Long.numberOfTrailingZeros(levels[below][at]);
    }
    return at;
  }

  /** The first block from this number on, from the beginning again if there is none; or -1. */
  public int nextAround(int from) {
    int next = next(from);
    return next < 0 ? next(0) : next;
  }
}
