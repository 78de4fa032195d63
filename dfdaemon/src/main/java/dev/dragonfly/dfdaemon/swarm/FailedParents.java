package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.host.PeerId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Parents of which the scheduler shall offer no more for a while, until it was told. Guarded by the
 * lock of its {@link Swarm}.
 */
final class FailedParents {
  private final Set<PeerId> failed = new HashSet<>();
  private final Set<PeerId> strangers = new HashSet<>();

  void add(PeerId parent) {
    failed.add(parent);
  }

  /**
   * Nobody whom a scheduler has named vouches for what the parent has. The scheduler may not have
   * told yet, so it is asked once more; then the parent is no use, and nobody is to blame.
   */
  void addStranger(PeerId parent) {
    if (!strangers.add(parent)) {
      failed.add(parent);
    }
  }

  /** All that failed since the last time. */
  List<PeerId> drain() {
    List<PeerId> drained = List.copyOf(failed);
    failed.clear();
    return drained;
  }
}
