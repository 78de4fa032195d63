package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.PeerState;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a peer does at the source: when it may be sent there, and what it tells from there. Used in
 * the session's mailbox; calls to the graph block for a bounded time.
 */
final class SourceReading {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final SessionServices services;
  private final PeerWriter peer;
  private final SourceSlot slot;
  private final PeerUpkeep upkeep;
  private final SourcePace pace;
  private final LookBudget reports;
  private final Alarm alarm;
  private @Nullable TaskFacts told;

  /**
   * @param guarded runs an action of an alarm unless the talk is over, and ends it when that fails
   */
  SourceReading(
      SessionServices services,
      PeerWriter peer,
      SourceSlot slot,
      PeerUpkeep upkeep,
      Mailbox mailbox,
      Consumer<Runnable> guarded) {
    this.services = services;
    this.peer = peer;
    this.slot = slot;
    this.upkeep = upkeep;
    this.pace = new SourcePace(services.time());
    this.reports = new LookBudget(services.time(), services.config().timing().slowLook());
    this.alarm = new Alarm(services.timers(), mailbox, () -> guarded.accept(this::tell));
  }

  /**
   * Whether the peer may be sent to the source now; it has a slot then.
   *
   * @param forced whether it goes there even when no slot is free
   */
  boolean send(boolean forced) {
    if (isPaused()) {
      return false;
    }
    boolean granted = slot.claim(services.config().backToSourceSlots());
    if (!granted && forced) {
      // Whether or not it gets a slot beyond the limit: a download does not hang for want of one.
      slot.force();
      granted = true;
    }
    if (granted) {
      pace.sent();
    }
    return granted;
  }

  /** Whether the peer was at the source so short a while ago that it is not sent there now. */
  boolean isPaused() {
    return !pace.allows();
  }

  /**
   * The peer reads the source. It may do so unasked, when its scheduler was away or its parents
   * gave nothing; then it must be known as a reader all the same, or its children could not verify.
   */
  void started(TaskFacts facts) {
    if (facts.equals(told) && slot.isHeld()) {
      return;
    }
    told = facts;
    tell();
  }

  void end() {
    alarm.cancel();
  }

  /** Writes what the peer told last; a peer that says something new all the time has to wait. */
  private void tell() {
    TaskFacts facts = told;
    if (facts == null) {
      return;
    }
    Duration pause = reports.take();
    if (!pause.isZero()) {
      alarm.set(pause);
      return;
    }
    peer.state(PeerState.BACK_TO_SOURCE);
    // Set before: while the graph is away this is told again, the peer says it only once.
    alarm.set(RETRY);
    upkeep.deferrable(() -> {
      if (!slot.claim(services.config().backToSourceSlots())) {
        slot.force();
      }
      peer.flows(slot.isHeld());
      peer.learn(facts, slot.epoch());
      upkeep.save();
      alarm.cancel();
    });
  }
}
