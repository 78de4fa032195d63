package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.scheduling.Child;
import dev.dragonfly.scheduler.scheduling.Decision;
import dev.dragonfly.scheduler.scheduling.SchedulingConfig.Timing;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The talk with a registered peer, from its register to its end. Everything here runs in the
 * session's mailbox, on virtual threads; calls to the graph block for a bounded time.
 */
final class Dialogue {
  private static final Logger log = LoggerFactory.getLogger(Dialogue.class);
  private static final int ATTEMPTS = 3;
  private static final int RENEWALS_PER_LEASE = 3;
  private static final Duration BROKEN_STREAM_GRACE = Duration.ofSeconds(10);

  private final SessionServices services;
  private final Timing timing;
  private final Registration registration;
  private final Answers answers;
  private final PeerWriter peer;
  private final ParentSearch search;
  private final SourceSlot slot;
  private final TaskWatch watch;
  private final Alarm lookAlarm;
  private final Alarm flushAlarm;
  private final Alarm growAlarm;
  private final Alarm leaseAlarm;
  private SessionState state = new SessionState.Busy();
  private int extraAnswers;

  Dialogue(
      SessionServices services,
      Registration registration,
      PeerWriter peer,
      Answers answers,
      Mailbox mailbox) {
    this.services = services;
    this.timing = services.config().timing();
    this.registration = registration;
    this.answers = answers;
    this.peer = peer;
    this.search = new ParentSearch(services, peer, registration.event());
    this.slot =
        new SourceSlot(services.graph().leases(), peer.taskId(), peer.peerId(), timing.peerLease());
    this.watch = new TaskWatch(services.graph().news(), peer.taskId(), mailbox, this::news);
    this.lookAlarm = new Alarm(services.timers(), mailbox, () -> guarded(this::schedule));
    this.flushAlarm = new Alarm(services.timers(), mailbox, () -> guarded(this::flush));
    this.growAlarm = new Alarm(services.timers(), mailbox, () -> guarded(this::grow));
    this.leaseAlarm = new Alarm(services.timers(), mailbox, () -> guarded(this::renew));
  }

  boolean isOver() {
    return state instanceof SessionState.Ended;
  }

  /** Makes the peer known and answers its register, or waits until that is possible. */
  void begin() {
    search.enter();
    leaseAlarm.set(timing.peerLease().dividedBy(RENEWALS_PER_LEASE));
    PeerEvent.Register event = registration.event();
    Child.Wish wish = event.needBackToSource() ? Child.Wish.SOURCE : Child.Wish.PARENTS;
    owe(event.metadataOnly() ? Child.Wish.METADATA : wish);
    schedule();
  }

  /** Takes what the peer says. */
  void on(PeerEvent event) {
    switch (event) {
      case PeerEvent.Register again ->
          throw new DragonflyException(
              ErrorCode.FAILED_PRECONDITION, "a second register came on the same stream");
      case PeerEvent.Started started -> {
        if (peer.state() == PeerState.PENDING) {
          peer.state(PeerState.RUNNING);
          flushLater();
        }
      }
      case PeerEvent.BackToSourceStarted started -> deferrable(() -> readsSource(started.facts()));
      case PeerEvent.Reschedule reschedule -> {
        search.block(reschedule.failed());
        owe(Child.Wish.OTHER_PARENTS);
        schedule();
      }
      case PeerEvent.PieceFinished finished -> {
        peer.add(finished.piece());
        flushLater();
      }
      case PeerEvent.PieceFailed failed -> pieceFailed(failed);
      case PeerEvent.PieceBackToSourceFailed failed ->
          log.debug(
              "msg=\"piece failed at the source\" task={} peer={} number={}",
              peer.taskId(),
              peer.peerId(),
              failed.number());
      case PeerEvent.Finished finished -> finish(PeerState.SUCCEEDED, finished.facts(), false);
      case PeerEvent.BackToSourceFinished finished ->
          finish(PeerState.SUCCEEDED, finished.facts(), true);
      case PeerEvent.Failed failed -> finish(PeerState.FAILED, TaskFacts.NONE, false);
      case PeerEvent.BackToSourceFailed failed -> finish(PeerState.FAILED, TaskFacts.NONE, false);
    }
  }

  /** The stream broke, or the peer will say no more: it may come back on another stream soon. */
  void abandon() {
    try {
      peer.release(BROKEN_STREAM_GRACE);
      slot.lapse(BROKEN_STREAM_GRACE);
    } catch (DragonflyException e) {
      log.debug("msg=\"could not shorten the lease\" error=\"{}\"", e.getMessage());
    }
    leave();
    answers.end();
  }

  void fail(DragonflyException error) {
    log.info(
        "msg=\"stream ends with an error\" task={} peer={} code={} error=\"{}\"",
        peer.taskId(),
        peer.peerId(),
        error.code(),
        error.getMessage());
    leave();
    answers.fail(error);
  }

  private void owe(Child.Wish wish) {
    if (!(state instanceof SessionState.Owing)) {
      services.metrics().waits(true);
    }
    state = new SessionState.Owing(wish, services.time().nanos());
  }

  /** Looks and decides; answers, or waits for news. */
  private void schedule() {
    if (!(state instanceof SessionState.Owing owing)) {
      return;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Decision decision = search.decide(owing.wish(), left(owing).isNegative());
      if (answered(decision)) {
        return;
      }
      if (decision instanceof Decision.Wait || decision instanceof Decision.TriggerSeed) {
        break;
      }
    }
    awaitNews(owing);
  }

  private boolean answered(Decision decision) {
    return switch (decision) {
      case Decision.Empty empty ->
          answer("empty", new ScheduleDecision.EmptyTask(search.facts()), new SessionState.Busy());
      case Decision.Metadata metadata ->
          answer(
              "metadata",
              new ScheduleDecision.MetadataOnly(search.facts()),
              new SessionState.Busy());
      case Decision.Refuse refuse -> throw new DragonflyException(refuse.code(), refuse.message());
      case Decision.Wait wait -> false;
      case Decision.TriggerSeed trigger -> {
        services.seeds().trigger(peer.taskId(), registration.seedRequest());
        yield false;
      }
      case Decision.BackToSource source -> backToSource(source);
      case Decision.Parents parents -> {
        List<Parent> accepted = search.commit(parents.chosen());
        if (accepted.isEmpty()) {
          yield false;
        }
        slot.release();
        yield answer(
            "parents",
            new ScheduleDecision.Parents(accepted, search.facts()),
            new SessionState.Served());
      }
    };
  }

  private boolean backToSource(Decision.BackToSource source) {
    int limit = source.forced() ? Integer.MAX_VALUE : services.config().backToSourceSlots();
    if (!slot.claim(limit)) {
      return false;
    }
    return answer(
        "back_to_source",
        new ScheduleDecision.BackToSource(source.reason(), search.facts()),
        new SessionState.Busy());
  }

  private boolean answer(String kind, ScheduleDecision decision, SessionState next) {
    if (state instanceof SessionState.Owing owing) {
      services
          .metrics()
          .answered(kind, Duration.ofNanos(services.time().nanos() - owing.askedAt()));
      services.metrics().waits(false);
    }
    state = next;
    lookAlarm.cancel();
    if (next instanceof SessionState.Served && search.isOurs()) {
      watch.open();
    } else {
      watch.close();
    }
    log.debug(
        "msg=\"answered\" task={} peer={} host={} decision={}",
        peer.taskId(),
        peer.peerId(),
        peer.host().id(),
        kind);
    answers.send(decision);
    return true;
  }

  /** Waits for news, and looks now and then without. */
  private void awaitNews(SessionState.Owing owing) {
    watch.open();
    Duration left = left(owing);
    boolean soon = !left.isNegative() && left.compareTo(timing.slowLook()) < 0;
    lookAlarm.set(soon ? left.plusNanos(1) : timing.slowLook());
  }

  private Duration left(SessionState.Owing owing) {
    return timing.parentWait().minusNanos(services.time().nanos() - owing.askedAt());
  }

  private void news() {
    if (state instanceof SessionState.Owing) {
      guarded(this::schedule);
    } else if (state instanceof SessionState.Served) {
      growAlarm.setIfQuiet(timing.growthDelay());
    }
  }

  /** Tells the peer of others that came since. */
  private void grow() {
    boolean may = extraAnswers < services.config().extraAnswerLimit();
    if (!(state instanceof SessionState.Served) || !may) {
      return;
    }
    deferrable(() -> {
      List<Parent> parents = search.grow();
      if (!parents.isEmpty()) {
        extraAnswers++;
        services.metrics().pushed();
        answers.send(new ScheduleDecision.Parents(parents, search.facts()));
      }
    });
  }

  private void readsSource(TaskFacts facts) {
    peer.state(PeerState.BACK_TO_SOURCE);
    slot.force();
    peer.learn(facts, true);
    save();
  }

  private void pieceFailed(PeerEvent.PieceFailed failed) {
    if (failed.failure() == PieceFailure.CORRUPT) {
      services.metrics().corrupt();
      log.warn(
          "msg=\"a parent sent wrong bytes\" task={} parent={} reporter={} piece={}",
          peer.taskId(),
          failed.parentId(),
          peer.host().id(),
          failed.number());
      deferrable(
          () -> services.graph().peers().blame(peer.taskId(), failed.parentId(), peer.host().id()));
    }
    boolean passing =
        failed.failure() == PieceFailure.STALLED || failed.failure() == PieceFailure.REFUSED;
    if (!passing) {
      search.block(List.of(failed.parentId()));
    }
  }

  private void finish(PeerState end, TaskFacts facts, boolean fromSource) {
    peer.state(end);
    deferrable(() -> {
      peer.learn(facts, fromSource);
      peer.save();
      slot.release();
    });
    log.debug(
        "msg=\"peer ended\" task={} peer={} host={} state={}",
        peer.taskId(),
        peer.peerId(),
        peer.host().id(),
        end);
    leave();
    answers.end();
  }

  private void flushLater() {
    flushAlarm.setIfQuiet(timing.pieceFlush());
  }

  private void flush() {
    if (!isOver() && peer.isDirty()) {
      deferrable(this::save);
    }
  }

  private void renew() {
    if (isOver()) {
      return;
    }
    leaseAlarm.set(timing.peerLease().dividedBy(RENEWALS_PER_LEASE));
    deferrable(() -> {
      services.hosts().find(peer.host().id()).ifPresent(peer::refresh);
      slot.renew();
      save();
    });
  }

  private void save() {
    if (!peer.save()) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION,
          "Wrote peer " + peer.peerId() + ": it has registered again on another stream");
    }
  }

  /**
   * Runs what may wait while the graph is away: it is written later, or the peer reports it again.
   */
  private void deferrable(Runnable write) {
    try {
      write.run();
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        throw e;
      }
      services.metrics().deferred();
      log.debug("msg=\"write deferred\" peer={} error=\"{}\"", peer.peerId(), e.getMessage());
      flushLater();
    }
  }

  private void guarded(Runnable action) {
    if (isOver()) {
      return;
    }
    try {
      action.run();
    } catch (DragonflyException e) {
      fail(e);
    }
  }

  private void leave() {
    if (state instanceof SessionState.Owing) {
      services.metrics().waits(false);
    }
    state = new SessionState.Ended();
    lookAlarm.cancel();
    flushAlarm.cancel();
    growAlarm.cancel();
    leaseAlarm.cancel();
    watch.close();
  }
}
