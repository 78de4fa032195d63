package dev.dragonfly.dfdaemon.swarm;

/** What may still come from parents, the least first. */
public enum Hope {
  /** Nothing. */
  NONE,
  /** Somebody may get something to give. */
  GROWING,
  /** Somebody has something and said when there will be room. */
  BUSY,
  /** Something is on its way or will be in a moment. */
  DELIVERING;

  Hope or(Hope other) {
    return compareTo(other) > 0 ? this : other;
  }
}
