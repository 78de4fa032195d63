package dev.dragonfly.dfdaemon.session;

import dev.dragonfly.common.time.Timers;
import java.net.InetSocketAddress;

/** Where a session is. */
sealed interface SessionState {
  /** A virtual thread makes the register for this scheduler. */
  record Preparing(InetSocketAddress scheduler) implements SessionState {}

  /**
   * A conversation runs.
   *
   * @param since nanoseconds of the clock
   */
  record Talking(Connection connection, long since) implements SessionState {}

  /** Everybody failed; the timer begins the next round. */
  record Pausing(Timers.Timer timer) implements SessionState {}

  /** No scheduler is known; a change of the list begins the next round. */
  record Stranded() implements SessionState {}

  /** Closed, refused, or the last word is delivered. */
  record Ended() implements SessionState {}
}
