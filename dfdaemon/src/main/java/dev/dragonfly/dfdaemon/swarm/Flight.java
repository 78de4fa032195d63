package dev.dragonfly.dfdaemon.swarm;

import org.jspecify.annotations.Nullable;

/** A block that neighbours were asked for. Guarded by the monitor of its {@link TaskSwarm}. */
final class Flight {
  final int block;
  final LinkedNeighbour first;
  final long firstNanos;

  /** Asked too, because the first was late. */
  @Nullable LinkedNeighbour second;

  long secondNanos;

  /** It has come from one of them and is being verified. */
  boolean landed;

  Flight(int block, LinkedNeighbour first, long nowNanos) {
    this.block = block;
    this.first = first;
    this.firstNanos = nowNanos;
  }

  long askedNanos(LinkedNeighbour of) {
    return of == second ? secondNanos : firstNanos;
  }

  /** The other one that was asked, if there is one. */
  @Nullable LinkedNeighbour other(LinkedNeighbour than) {
    return than == first ? second : first;
  }

  /** Whether somebody may still bring it. */
  boolean isAwaited() {
    return first.asked.get(block) || second != null && second.asked.get(block);
  }
}
