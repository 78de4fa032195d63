package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.store.LeaseStore;
import java.time.Duration;
import java.util.OptionalLong;

/** The right of one peer to read the source. Owned by the session's mailbox. */
final class SourceSlot {
  /** Readers of one task that are known as such, beyond the slots too: each look lists them. */
  private static final int MOST_READERS = 64;

  private final LeaseStore leases;
  private final TaskId task;
  private final PeerId peer;
  private final Duration lease;
  private final Time time;
  private OptionalLong epoch = OptionalLong.empty();
  private long progressAt;

  SourceSlot(LeaseStore leases, TaskId task, PeerId peer, Duration lease, Time time) {
    this.leases = leases;
    this.task = task;
    this.peer = peer;
    this.lease = lease;
    this.time = time;
  }

  /** Takes a slot, if one of so many is free. */
  boolean claim(int limit) {
    boolean before = isHeld();
    epoch = leases.claimSlot(task, peer, limit, lease);
    if (!before) {
      progressed();
    }
    return isHeld();
  }

  /** Takes a slot beyond the limit, if there are not too many readers altogether. */
  void force() {
    claim(MOST_READERS);
  }

  boolean isHeld() {
    return epoch.isPresent();
  }

  /** By what right the peer tells of the source; absent while no slot is held. */
  OptionalLong epoch() {
    return epoch;
  }

  /** A piece came from the source. */
  void progressed() {
    progressAt = time.nanos();
  }

  /** Whether a slot is held, and nothing has come from the source for a whole lease. */
  boolean isStalled() {
    return isHeld() && time.nanos() - progressAt > lease.toNanos();
  }

  /** Extends the lease where the slot is held; of a reader that gives nothing it lapses. */
  void renew() {
    if (isHeld() && !isStalled()) {
      force();
    }
  }

  /** Gives the slot back where it is held. */
  void release() {
    if (isHeld()) {
      leases.releaseSlot(task, peer);
      epoch = OptionalLong.empty();
    }
  }

  /** Lets the slot lapse soon, because the peer may come back on another stream. */
  void lapse(Duration grace) {
    if (isHeld()) {
      leases.claimSlot(task, peer, MOST_READERS, grace);
    }
  }
}
