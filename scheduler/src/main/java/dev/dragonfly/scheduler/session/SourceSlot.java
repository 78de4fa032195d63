package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.LeaseStore;
import java.time.Duration;

/** The right of one peer to read the source. Owned by the session's mailbox. */
final class SourceSlot {
  private final LeaseStore leases;
  private final TaskId task;
  private final PeerId peer;
  private final Duration lease;
  private boolean held;

  SourceSlot(LeaseStore leases, TaskId task, PeerId peer, Duration lease) {
    this.leases = leases;
    this.task = task;
    this.peer = peer;
    this.lease = lease;
  }

  /** Takes a slot, if one of so many is free. */
  boolean claim(int limit) {
    held = leases.claimSlot(task, peer, limit, lease) || held;
    return held;
  }

  /** Takes a slot even if none is free. */
  void force() {
    claim(Integer.MAX_VALUE);
  }

  /** Extends the lease where the slot is held. */
  void renew() {
    if (held) {
      force();
    }
  }

  /** Gives the slot back where it is held. */
  void release() {
    if (held) {
      leases.releaseSlot(task, peer);
      held = false;
    }
  }

  /** Lets the slot lapse soon, because the peer may come back on another stream. */
  void lapse(Duration grace) {
    if (held) {
      leases.claimSlot(task, peer, Integer.MAX_VALUE, grace);
    }
  }
}
