package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig.Timing;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what the graph says of a peer fresh: reports are written together a little later, leases
 * are renewed. Used in the session's mailbox; calls to the graph block for a bounded time.
 */
final class PeerUpkeep {
  private static final Logger LOG = LoggerFactory.getLogger(PeerUpkeep.class);
  private static final int RENEWALS_PER_LEASE = 3;

  private final SessionServices services;
  private final Timing timing;
  private final PeerWriter peer;
  private final SourceSlot slot;
  private final Alarm flushAlarm;
  private final Alarm leaseAlarm;
  private boolean ended;

  /**
   * @param guarded runs an action of an alarm unless the talk is over, and ends it when that fails
   */
  PeerUpkeep(
      SessionServices services,
      PeerWriter peer,
      SourceSlot slot,
      Mailbox mailbox,
      Consumer<Runnable> guarded) {
    this.services = services;
    this.timing = services.config().timing();
    this.peer = peer;
    this.slot = slot;
    this.flushAlarm = new Alarm(services.timers(), mailbox, () -> guarded.accept(this::flush));
    this.leaseAlarm = new Alarm(services.timers(), mailbox, () -> guarded.accept(this::renew));
  }

  void begin() {
    leaseAlarm.set(timing.peerLease().dividedBy(RENEWALS_PER_LEASE));
  }

  void end() {
    ended = true;
    flushAlarm.cancel();
    leaseAlarm.cancel();
  }

  void flushLater() {
    if (!ended) {
      flushAlarm.setIfQuiet(timing.pieceFlush());
    }
  }

  private void flush() {
    if (peer.isDirty()) {
      deferrable(this::save);
    }
  }

  private void renew() {
    begin();
    deferrable(() -> {
      services.hosts().find(peer.host().id()).ifPresent(peer::refresh);
      slot.renew();
      peer.flows(slot.isHeld() && !slot.isStalled());
      save();
    });
  }

  /**
   * Writes what is not written yet.
   *
   * @throws DragonflyException FAILED_PRECONDITION when another stream speaks for the peer now, or
   *     it was deleted
   */
  void save() {
    if (!peer.save()) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "Wrote peer "
              + peer.peerId()
              + ": it has registered again on another stream, or was deleted");
    }
  }

  /**
   * Runs what may wait while the graph is away: it is written later, or the peer reports it again.
   */
  void deferrable(Runnable write) {
    try {
      write.run();
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        throw e;
      }
      services.metrics().deferred();
      LOG.debug("write deferred peer={} error={}", peer.peerId(), e.getMessage());
      flushLater();
    }
  }
}
