package dev.dragonfly.simulation;

import dev.dragonfly.common.task.ByteRange;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What one host of a world is like.
 *
 * @param kind how it behaves
 * @param seed whether it is a seed peer
 * @param bytesPerSecond what each of its uploads gets
 * @param slots uploads at the same time
 * @param latency to and from it
 * @param joins when its first download begins
 * @param wants its downloads, one after the other; an absent range is the whole
 * @param dies when it disappears, if it does
 * @param silent whether its connections stay open when it disappears
 */
record Member(
    Kind kind,
    boolean seed,
    long bytesPerSecond,
    int slots,
    Duration latency,
    Duration joins,
    List<Optional<ByteRange>> wants,
    Optional<Duration> dies,
    boolean silent) {
  /** How a host behaves. */
  enum Kind {
    HEALTHY,
    /** A fiftieth of the usual rate, and above the least. */
    SLOW,
    /** Room for one upload. */
    BUSY,
    /** A byte now and then. */
    TRICKLING,
    /** Takes part honestly but for the bytes that it gives. */
    LYING,
    /** Says that it has everything and shows runs signed with a key that nobody named. */
    FORGING,
    /** Deletes what it has soon after it has it. */
    DELETING
  }

  /** Whether others can lose by it. */
  boolean isHarmful() {
    return dies.isPresent() || kind != Kind.HEALTHY && kind != Kind.SLOW && kind != Kind.BUSY;
  }

  boolean lies() {
    return kind == Kind.LYING || kind == Kind.FORGING;
  }
}
