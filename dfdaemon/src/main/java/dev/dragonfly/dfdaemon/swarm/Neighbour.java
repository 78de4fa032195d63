package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A parent as the swarm of one download sees it. Guarded by the lock of its {@link Swarm}. */
final class Neighbour {
  /** As long as schedulers keep a parent that failed from its children. */
  private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(30);

  private static final int MAX_BREAKS = 3;

  final Parent parent;
  final BitSet has = new BitSet();
  @Nullable InetSocketAddress data;
  AutoCloseable sync = () -> {};
  int inFlight;
  int failures;

  /** Subscriptions in a row that broke before it delivered anything. */
  int breaks;

  boolean ended;

  /** It speaks in a session, where {@link Taking} knows what it has. */
  boolean linked;

  /** Somebody signed what it has whom no scheduler has named, somebody who was named. */
  private boolean strange;

  private boolean vouchedFor;

  /** When it was dropped. */
  OptionalLong droppedNanos = OptionalLong.empty();

  /** It lied, or has another content: it does not come back in this download. */
  boolean banished;

  /** When it said it would have room again. */
  OptionalLong busyUntilNanos = OptionalLong.empty();

  Neighbour(Parent parent) {
    this.parent = parent;
  }

  boolean isSeed() {
    return parent.host().type().isSeed();
  }

  boolean isDropped() {
    return droppedNanos.isPresent();
  }

  boolean isBusy(long nowNanos) {
    return busyUntilNanos.isPresent() && busyUntilNanos.getAsLong() - nowNanos > 0;
  }

  /** Whether it can be asked for a piece now. */
  boolean isReady(long nowNanos) {
    return !isDropped() && data != null && !isBusy(nowNanos);
  }

  /** Whether more pieces may become available here. */
  boolean mayGrow() {
    return !ended && !isDropped();
  }

  /** Who failed may be better now; who lied stays away. */
  boolean mayBeReplaced(long nowNanos) {
    if (isDropped()) {
      return !banished && nowNanos - droppedNanos.getAsLong() >= REST_AFTER_FAILURE.toNanos();
    }
    return ended;
  }

  /**
   * The subscription is over. A connection that broke says nothing of the parent and is made anew a
   * few times.
   */
  boolean isWorthAnotherTry(@Nullable Throwable cause) {
    if (cause != null && Subscriptions.isOfTheLine(cause) && breaks < MAX_BREAKS) {
      breaks++;
      return true;
    }
    ended = true;
    return false;
  }

  /** What it said of its bytes; before the layout is known nobody can say whether that is so. */
  void hear(RunKeeper.Outcome runs, boolean layoutKnown) {
    vouchedFor |= runs == RunKeeper.Outcome.KEPT;
    strange |= runs == RunKeeper.Outcome.UNKNOWN_KEY && layoutKnown;
  }

  /** Whether nobody whom a scheduler has named vouches for anything that it has. */
  boolean isUnverifiable() {
    return strange && !vouchedFor && mayGrow();
  }

  /** What may still come from here of what is open. */
  Hope hope(BitSet open) {
    if (linked) {
      return Hope.NONE;
    }
    boolean gives = !isDropped() && has.intersects(open);
    if (gives || inFlight > 0) {
      // Busy until it has delivered: that it is asked again means nothing yet.
      return busyUntilNanos.isPresent() ? Hope.BUSY : Hope.DELIVERING;
    }
    return mayGrow() && !isUnverifiable() ? Hope.GROWING : Hope.NONE;
  }
}
