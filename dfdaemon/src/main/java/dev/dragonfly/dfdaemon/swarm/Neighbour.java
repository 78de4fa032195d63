package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import java.net.InetSocketAddress;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A parent as the swarm of one download sees it. Guarded by the lock of its {@link Swarm}. */
final class Neighbour {
  final Parent parent;
  final BitSet has = new BitSet();
  @Nullable InetSocketAddress data;
  AutoCloseable sync = () -> {};
  int inFlight;
  int failures;
  boolean ended;
  boolean dropped;

  Neighbour(Parent parent) {
    this.parent = parent;
  }

  boolean isSeed() {
    return parent.host().type().isSeed();
  }

  /** Whether more pieces may become available here. */
  boolean mayGrow() {
    return !ended && !dropped;
  }
}
