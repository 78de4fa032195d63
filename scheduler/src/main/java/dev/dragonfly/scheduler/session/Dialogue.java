package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
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
  private static final Logger LOG = LoggerFactory.getLogger(Dialogue.class);
  private static final int ATTEMPTS = 3;
  private static final Duration BROKEN_STREAM_GRACE = Duration.ofSeconds(10);

  private final SessionServices services;
  private final Timing timing;
  private final Registration registration;
  private final Answers answers;
  private final PeerWriter peer;
  private final ParentSearch search;
  private final SourceSlot slot;
  private final SourceReading reading;
  private final LookBudget looks;
  private final TaskWatch watch;
  private final Alarm lookAlarm;
  private final ParentGrowth growth;
  private final PeerUpkeep upkeep;
  private final PieceReports pieces;
  private final PeerEnd ending;
  private DialogueState state = new DialogueState.Busy();

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
        new SourceSlot(
            services.graph().leases(),
            peer.taskId(),
            peer.peerId(),
            timing.peerLease(),
            services.time());
    this.looks = new LookBudget(services.time(), timing.slowLook());
    this.watch = new TaskWatch(services.graph().news(), peer.taskId(), mailbox, this::news);
    this.lookAlarm = new Alarm(services.timers(), mailbox, () -> guarded(this::schedule));
    this.growth = new ParentGrowth(services, search, answers, mailbox);
    this.upkeep = new PeerUpkeep(services, peer, slot, mailbox, this::guarded);
    DownloadFigures figures =
        new DownloadFigures(
            services.figures(), registration.event(), parent -> search.isSeed(new PeerId(parent)));
    this.ending = new PeerEnd(peer, slot, upkeep, figures);
    this.reading = new SourceReading(services, peer, slot, upkeep, mailbox, this::guarded);
    this.pieces = new PieceReports(services, peer, search, slot, upkeep, figures);
  }

  boolean isOver() {
    return state instanceof DialogueState.Ended;
  }

  /** Makes the peer known and answers its register, or waits until that is possible. */
  void begin() {
    search.enter();
    upkeep.begin();
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
          upkeep.flushLater();
        }
      }
      case PeerEvent.BackToSourceStarted started -> reading.started(started.facts());
      case PeerEvent.Reschedule reschedule -> {
        search.rest(reschedule.failed());
        owe(Child.Wish.OTHER_PARENTS);
        schedule();
      }
      case PeerEvent.PieceFinished finished -> pieces.take(finished);
      case PeerEvent.PieceFailed failed -> {
        pieces.take(failed);
        watchForGrowth();
      }
      case PeerEvent.PieceBackToSourceFailed failed -> pieces.take(failed);
      case PeerEvent.Finished finished -> end(() -> ending.finished(finished));
      case PeerEvent.BackToSourceFinished finished -> end(() -> ending.finished(finished));
      case PeerEvent.Failed failed -> end(ending::failed);
      case PeerEvent.BackToSourceFailed failed -> end(ending::failed);
    }
  }

  /** The stream broke, or the peer will say no more: it may come back on another stream soon. */
  void abandon() {
    try {
      peer.release(BROKEN_STREAM_GRACE);
      slot.lapse(BROKEN_STREAM_GRACE);
    } catch (DragonflyException e) {
      LOG.debug("could not shorten the lease error={}", e.getMessage());
    }
    leave();
    answers.end();
  }

  void fail(DragonflyException error) {
    LOG.info(
        "stream ends with an error task={} peer={} code={} error={}",
        peer.taskId(),
        peer.peerId(),
        error.code(),
        error.getMessage());
    leave();
    answers.fail(error);
  }

  private void owe(Child.Wish wish) {
    if (!(state instanceof DialogueState.Owing)) {
      services.metrics().waits(true);
    }
    growth.stop();
    state = new DialogueState.Owing(wish, services.time().nanos());
  }

  /** Looks and decides; answers, or waits for news. */
  private void schedule() {
    if (!(state instanceof DialogueState.Owing owing)) {
      return;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Duration pause = looks.take();
      if (!pause.isZero()) {
        lookAlarm.set(pause);
        return;
      }
      Decision decision = search.decide(owing.wish(), left(owing).isNegative());
      if (answered(decision)) {
        return;
      }
      if (!isWorthAnotherLook(decision)) {
        break;
      }
    }
    awaitNews(owing);
  }

  private boolean answered(Decision decision) {
    return switch (decision) {
      case Decision.Empty empty ->
          answer("empty", new ScheduleDecision.EmptyTask(search.facts()), new DialogueState.Busy());
      case Decision.Metadata metadata ->
          answer(
              "metadata",
              new ScheduleDecision.MetadataOnly(search.facts()),
              new DialogueState.Busy());
      case Decision.Refuse refuse -> throw new DragonflyException(refuse.code(), refuse.message());
      case Decision.Wait wait -> false;
      case Decision.TriggerSeed trigger -> {
        services.seeds().trigger(peer.taskId(), registration.seedRequest());
        yield false;
      }
      case Decision.BackToSource source ->
          reading.send(source.forced())
              && answer(
                  "back_to_source",
                  new ScheduleDecision.BackToSource(source.reason(), search.facts()),
                  new DialogueState.Busy());
      case Decision.Parents parents -> {
        List<Parent> accepted = search.commit(parents.chosen());
        if (accepted.isEmpty()) {
          yield false;
        }
        // Who reads the source already goes on with that, whoever else could help.
        if (peer.state() != PeerState.BACK_TO_SOURCE) {
          slot.release();
        }
        yield answer(
            "parents",
            new ScheduleDecision.Parents(accepted, search.facts()),
            new DialogueState.Served());
      }
    };
  }

  private boolean answer(String kind, ScheduleDecision decision, DialogueState next) {
    if (state instanceof DialogueState.Owing owing) {
      services
          .metrics()
          .answered(kind, Duration.ofNanos(services.time().nanos() - owing.askedAt()));
      services.metrics().waits(false);
    }
    state = next;
    lookAlarm.cancel();
    watchForGrowth();
    LOG.debug(
        "answered task={} peer={} host={} decision={}",
        peer.taskId(),
        peer.peerId(),
        peer.host().id(),
        kind);
    answers.send(decision);
    return true;
  }

  /** Only when somebody was quicker: the parents were gone, or the slot was. */
  private boolean isWorthAnotherLook(Decision decision) {
    return decision instanceof Decision.Parents
        || (decision instanceof Decision.BackToSource && !reading.isPaused());
  }

  /** Waits for news, and looks now and then without. */
  private void awaitNews(DialogueState.Owing owing) {
    watch.open();
    Duration left = left(owing);
    boolean soon = !left.isNegative() && left.compareTo(timing.slowLook()) < 0;
    lookAlarm.set(soon ? left.plusNanos(1) : timing.slowLook());
  }

  private Duration left(DialogueState.Owing owing) {
    return timing.parentWait().minusNanos(services.time().nanos() - owing.askedAt());
  }

  private void news() {
    if (state instanceof DialogueState.Owing) {
      guarded(this::schedule);
      return;
    }
    watchForGrowth();
    if (watch.isOpen()) {
      growth.soon();
    }
  }

  /** News of the task are for who waits, or has room: in a crowd they come by the hundred. */
  private void watchForGrowth() {
    if (state instanceof DialogueState.Owing) {
      return;
    }
    if (state instanceof DialogueState.Served && growth.isWanted()) {
      watch.open();
    } else {
      watch.close();
    }
  }

  private void end(Runnable lastWord) {
    lastWord.run();
    leave();
    answers.end();
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
    if (state instanceof DialogueState.Owing) {
      services.metrics().waits(false);
    }
    state = new DialogueState.Ended();
    lookAlarm.cancel();
    growth.stop();
    reading.end();
    upkeep.end();
    watch.close();
  }
}
