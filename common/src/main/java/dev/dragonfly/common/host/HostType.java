package dev.dragonfly.common.host;

/** What a host is for; the numbers are those of the wire. */
public enum HostType {
  /** An ordinary node. */
  NORMAL(0),
  /** A seed peer: reads the source first. */
  SUPER_SEED(1),
  /** A legacy seed level that still may be announced. */
  STRONG_SEED(2),
  /** A legacy seed level that still may be announced. */
  WEAK_SEED(3);

  private final int number;

  HostType(int number) {
    this.number = number;
  }

  /** The number on the wire. */
  public int number() {
    return number;
  }

  /** Whether such a host reads the source for others. */
  public boolean isSeed() {
    return this != NORMAL;
  }

  /**
   * From the number of the wire.
   *
   * @throws IllegalArgumentException for a number without meaning
   */
  public static HostType of(int number) {
    for (HostType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    throw new IllegalArgumentException("unknown host type " + number + " (expected 0 to 3)");
  }
}
