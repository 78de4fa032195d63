package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import java.net.InetSocketAddress;
import java.util.BitSet;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A parent as the swarm of one download sees it. Guarded by the lock of its {@link Swarm}. */
final class Neighbour {
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
}
