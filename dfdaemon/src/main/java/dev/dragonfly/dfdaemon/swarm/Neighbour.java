package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.dfdaemon.storage.StoredTask;
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

  /** Whether nothing that it has can be verified; before the layout is known nothing can be. */
  boolean isUnverifiable(RunKeeper.Outcome runs, StoredTask stored) {
    return runs == RunKeeper.Outcome.UNKNOWN_KEY
        && has.isEmpty()
        && !ended
        && !isDropped()
        && stored.layout().isPresent();
  }

  /** What may still come from here of what is open. */
  Hope hope(BitSet open) {
    boolean gives = !isDropped() && has.intersects(open);
    if (gives || inFlight > 0) {
      // Busy until it has delivered: that it is asked again means nothing yet.
      return busyUntilNanos.isPresent() ? Hope.BUSY : Hope.DELIVERING;
    }
    return mayGrow() ? Hope.GROWING : Hope.NONE;
  }
}
