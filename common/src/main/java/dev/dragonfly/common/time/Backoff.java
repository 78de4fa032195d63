package dev.dragonfly.common.time;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to pause after each failure in a row: doubling from the first to the longest pause, each
 * shortened by chance to as little as half. Without the chance all who lost the same server would
 * meet it again at the same moments. Safe for any thread.
 */
public final class Backoff {
  private final Duration first;
  private final Duration longest;
  private final RandomGenerator random;
  private Duration whole;

  /**
   * @param first the first pause, positive
   * @param longest no pause is longer; where it is below the first, it is the first too
   */
  public Backoff(Duration first, Duration longest, RandomGenerator random) {
    if (!first.isPositive() || !longest.isPositive()) {
      throw new IllegalArgumentException("pauses must be positive: " + first + ", " + longest);
    }
    this.longest = longest;
    this.first = atMostLongest(first);
    this.random = random;
    this.whole = this.first;
  }

  /** The pause after one more failure: between half and the whole of its step. */
  public synchronized Duration next() {
    long half = whole.toNanos() / 2;
    Duration pause = Duration.ofNanos(half + random.nextLong(half + 1));
    whole = atMostLongest(whole.multipliedBy(2));
    return pause;
  }

  /** It worked: the next pause is a first one again. */
  public synchronized void reset() {
    whole = first;
  }

  private Duration atMostLongest(Duration pause) {
    return pause.compareTo(longest) > 0 ? longest : pause;
  }
}
