package dev.dragonfly.dfdaemon.swarm.policy;

import java.util.Arrays;

/**
 * Events by time, two numbers each, in O(1) and without an object for each: millions happen in a
 * second. Time is cut into ticks of {@value #TICK} ns, which is nothing beside the 20 ms of a
 * block; events of one tick happen in the order in which they were planned. None may be further off
 * than {@link #HORIZON}.
 */
final class EventWheel {
  private static final int SHIFT = 14;
  static final long TICK = 1L << SHIFT;
  private static final int SLOTS = 1 << 19;
  static final long HORIZON = SLOTS * TICK; // 8.6 s

  private final int[] first = new int[SLOTS];
  private final int[] last = new int[SLOTS];
  private int[] following = new int[1 << 16];
  private long[] whats = new long[1 << 16];
  private long[] sinces = new long[1 << 16];

  /** The first of those places that are not used; {@code following} leads on. */
  private int free = -1;

  private int used;
  private int pending;
  private long tick;
  private long what;
  private long since;

  EventWheel() {
    Arrays.fill(first, -1);
  }

  long now() {
    return tick << SHIFT;
  }

  void add(long delayNanos, long newWhat, long newSince) {
    if (delayNanos < 0 || delayNanos >= HORIZON - TICK) {
      throw new IllegalArgumentException("no event can be planned in " + delayNanos + " ns");
    }
    int at = place();
    whats[at] = newWhat;
    sinces[at] = newSince;
    following[at] = -1;
    int slot = (int) (tick + (delayNanos + TICK - 1 >> SHIFT)) & SLOTS - 1;
    if (first[slot] < 0) {
      first[slot] = at;
    } else {
      following[last[slot]] = at;
    }
    last[slot] = at;
    pending++;
  }

  private int place() {
    if (free >= 0) {
      int at = free;
      free = following[at];
      return at;
    }
    if (used == whats.length) {
      following = Arrays.copyOf(following, 2 * used);
      whats = Arrays.copyOf(whats, 2 * used);
      sinces = Arrays.copyOf(sinces, 2 * used);
    }
    return used++;
  }

  /** Goes on to the next event; false when there is none. */
  boolean next() {
    if (pending == 0) {
      return false;
    }
    int slot = (int) tick & SLOTS - 1;
    while (first[slot] < 0) {
      tick++;
      slot = (int) tick & SLOTS - 1;
    }
    int at = first[slot];
    first[slot] = following[at];
    what = whats[at];
    since = sinces[at];
    following[at] = free;
    free = at;
    pending--;
    return true;
  }

  long what() {
    return what;
  }

  long since() {
    return since;
  }
}
