package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.LeaseStore;
import java.time.Duration;
import java.util.OptionalLong;

/** The right of one peer to read the source. Owned by the session's mailbox. */
final class SourceSlot {
  private final LeaseStore leases;
  private final TaskId task;
  private final PeerId peer;
  private final Duration lease;
  private OptionalLong epoch = OptionalLong.empty();

  SourceSlot(LeaseStore leases, TaskId task, PeerId peer, Duration lease) {
    this.leases = leases;
    this.task = task;
    this.peer = peer;
    this.lease = lease;
  }

  /** Takes a slot, if one of so many is free. */
  boolean claim(int limit) {
    OptionalLong claimed = leases.claimSlot(task, peer, limit, lease);
    epoch = claimed.isPresent() ? claimed : epoch;
    return epoch.isPresent();
  }

  /** Takes a slot even if none is free. */
  void force() {
    claim(Integer.MAX_VALUE);
  }

  /** By what right the peer tells of the source; absent while no slot is held. */
  OptionalLong epoch() {
    return epoch;
  }

  /** Extends the lease where the slot is held. */
  void renew() {
    if (epoch.isPresent()) {
      force();
    }
  }

  /** Gives the slot back where it is held. */
  void release() {
    if (epoch.isPresent()) {
      leases.releaseSlot(task, peer);
      epoch = OptionalLong.empty();
    }
  }

  /** Lets the slot lapse soon, because the peer may come back on another stream. */
  void lapse(Duration grace) {
    if (epoch.isPresent()) {
      leases.claimSlot(task, peer, Integer.MAX_VALUE, grace);
    }
  }
}
