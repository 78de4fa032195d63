package dev.dragonfly.dfdaemon.swarm.policy;

/**
 * Whether a block that was asked for is late enough to be asked of a second neighbour too. The
 * loser is told in time mostly, but what it had begun to send is lost; so there is a budget, and
 * only a block that stands still for long is asked again beyond it. Not safe for threads.
 */
public final class Lateness {
  private static final long LEAST_NANOS = 300_000_000;
  private static final long LEAST_AT_THE_END_NANOS = 100_000_000;
  private static final long ANYWAY_NANOS = 3_000_000_000L;
  private static final double SHARE = 0.02;
  private static final int AT_ONCE = 2;

  private final RequestWindows windows;
  private long came;
  private int twice;

  public Lateness(RequestWindows windows) {
    this.windows = windows;
  }

  /**
   * Whether a second neighbour should be asked.
   *
   * @param last nothing else is left to ask for
   */
  public boolean isLate(long askedNanos, long nowNanos, boolean last) {
    long age = nowNanos - askedNanos;
    if (age >= ANYWAY_NANOS) {
      return true;
    }
    long usual = windows.usualNanos();
    long patience =
        last
            ? Math.max(LEAST_AT_THE_END_NANOS, usual + usual / 2)
            : Math.max(LEAST_NANOS, 3 * usual);
    return age >= patience && twice < AT_ONCE + came * SHARE;
  }

  public void came() {
    came++;
  }

  /** A second neighbour was asked. */
  public void askedTwice() {
    twice++;
  }
}
