package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.PieceFailure;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Timers.Timer;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.scheduling.Child;
import dev.dragonfly.scheduler.scheduling.Decision;
import dev.dragonfly.scheduler.scheduling.Snapshot;
import dev.dragonfly.scheduler.scheduling.Verdict;
import dev.dragonfly.scheduler.store.PeerStore.Committed;
import dev.dragonfly.scheduler.store.PeerStore.Saved;
import dev.dragonfly.scheduler.store.SampleSize;
import dev.dragonfly.scheduler.store.TaskNews;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One announce stream: the dialogue with one peer. All of it runs in the session's {@link Mailbox},
 * on virtual threads; calls to the graph block there for a bounded time.
 */
public final class PeerSession {
  private static final Logger log = LoggerFactory.getLogger(PeerSession.class);
  private static final int ATTEMPTS = 3;
  private static final int RENEWALS_PER_LEASE = 3;
  private static final Duration BROKEN_STREAM_GRACE = Duration.ofSeconds(10);

  private final SessionServices services;
  private final Answers answers;
  private final String owner;
  private final Mailbox mailbox;
  private final AtomicBoolean newsPending = new AtomicBoolean();
  private final Set<PeerId> blocked = new HashSet<>();
  private final Map<PeerId, Candidate> offered = new LinkedHashMap<>();
  private SessionState state = new SessionState.Fresh();
  private @Nullable Registration registration;
  private @Nullable PeerWriter peer;
  private TaskNews.@Nullable Subscription news;
  private @Nullable Timer lookTimer;
  private @Nullable Timer flushTimer;
  private @Nullable Timer growTimer;
  private @Nullable Timer leaseTimer;
  private boolean reading;
  private int extraAnswers;

  /**
   * @param owner names the stream, unique in the cluster
   */
  public PeerSession(SessionServices services, Answers answers, String owner) {
    this.services = services;
    this.answers = answers;
    this.owner = owner;
    this.mailbox = new Mailbox(services.executor());
    services.metrics().opened();
  }

  /** The first message. */
  public void register(Registration first, Runnable handled) {
    mailbox.post(() -> guarded(() -> onRegister(first), handled));
  }

  /** Any later message. */
  public void on(PeerEvent event, Runnable handled) {
    mailbox.post(() -> guarded(() -> onEvent(event), handled));
  }

  /** The stream is gone, or the peer will say no more. */
  public void closed() {
    mailbox.post(this::onClosed);
  }

  private void guarded(Runnable action, Runnable handled) {
    try {
      if (!(state instanceof SessionState.Ended)) {
        action.run();
      }
    } catch (DragonflyException e) {
      fail(e);
    } catch (RuntimeException e) {
      log.error("msg=\"session failed\" owner={}", owner, e);
      fail(new DragonflyException(ErrorCode.INTERNAL, "Handled a message of a peer: " + e, e));
    } finally {
      handled.run();
    }
  }

  private void onRegister(Registration first) {
    services.metrics().registered();
    PeerEvent.Register event = first.event();
    Host host =
        services
            .hosts()
            .find(first.hostId())
            .orElseThrow(
                () ->
                    new DragonflyException(
                        ErrorCode.NOT_FOUND, "host " + first.hostId() + " not found"));
    registration = first;
    PeerWriter writer =
        new PeerWriter(
            services.graph(), first, host, owner, services.config().peerLease(), services.time());
    peer = writer;
    writer.take();
    leaseTimer =
        services
            .timers()
            .every(
                services.config().peerLease().dividedBy(RENEWALS_PER_LEASE),
                () -> mailbox.post(this::renew));
    Child.Wish wish = Child.Wish.PARENTS;
    if (event.metadataOnly()) {
      wish = Child.Wish.METADATA;
    } else if (event.needBackToSource()) {
      wish = Child.Wish.SOURCE;
    }
    owe(wish);
    schedule();
  }

  private void onEvent(PeerEvent event) {
    PeerWriter writer = writer();
    switch (event) {
      case PeerEvent.Register again ->
          throw new DragonflyException(
              ErrorCode.FAILED_PRECONDITION, "a second register came on the same stream");
      case PeerEvent.Started started -> {
        if (writer.state() == PeerState.PENDING) {
          writer.state(PeerState.RUNNING);
          flushLater();
        }
      }
      case PeerEvent.BackToSourceStarted started -> deferrable(() -> readsSource(started.facts()));
      case PeerEvent.Reschedule reschedule -> {
        blocked.addAll(reschedule.failed());
        reschedule.failed().forEach(offered::remove);
        owe(Child.Wish.OTHER_PARENTS);
        schedule();
      }
      case PeerEvent.PieceFinished finished -> {
        writer.add(finished.piece());
        flushLater();
      }
      case PeerEvent.PieceFailed failed -> pieceFailed(failed);
      case PeerEvent.PieceBackToSourceFailed failed ->
          log.debug("msg=\"piece failed at the source\" peer={} number={}", writer.peerId(), failed.number());
      case PeerEvent.Finished finished -> finish(PeerState.SUCCEEDED, finished.facts(), false);
      case PeerEvent.BackToSourceFinished finished ->
          finish(PeerState.SUCCEEDED, finished.facts(), true);
      case PeerEvent.Failed failed -> finish(PeerState.FAILED, TaskFacts.NONE, false);
      case PeerEvent.BackToSourceFailed failed -> finish(PeerState.FAILED, TaskFacts.NONE, false);
    }
  }

  private void owe(Child.Wish wish) {
    if (!(state instanceof SessionState.Owing)) {
      services.metrics().waits(true);
    }
    state = new SessionState.Owing(wish, services.time().nanos());
  }

  /** Looks and decides; answers, or waits for news. */
  private void schedule() {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (!(state instanceof SessionState.Owing owing)) {
        return;
      }
      Snapshot snapshot = look(owing);
      Verdict verdict = services.parents().decide(snapshot);
      log.debug("msg=\"decided\" peer={} decision={} refused={}", writer().peerId(), verdict.decision(), verdict.refused());
      switch (verdict.decision()) {
        case Decision.Empty empty -> {
          answer("empty", new ScheduleDecision.EmptyTask(facts(snapshot)), new SessionState.Busy());
          return;
        }
        case Decision.Metadata metadata -> {
          answer("metadata", new ScheduleDecision.MetadataOnly(facts(snapshot)), new SessionState.Busy());
          return;
        }
        case Decision.Refuse refuse -> throw new DragonflyException(refuse.code(), refuse.message());
        case Decision.Wait wait -> {
          awaitNews();
          return;
        }
        case Decision.TriggerSeed trigger -> {
          Registration first = java.util.Objects.requireNonNull(registration);
          services.seeds().trigger(first.taskId(), first.seedRequest());
          awaitNews();
          return;
        }
        case Decision.BackToSource source -> {
          if (claimSlot(source.forced())) {
            answer(
                "back_to_source",
                new ScheduleDecision.BackToSource(source.reason(), facts(snapshot)),
                new SessionState.Busy());
            return;
          }
        }
        case Decision.Parents parents -> {
          if (commit(parents.chosen(), snapshot)) {
            return;
          }
        }
      }
    }
    awaitNews();
  }

  private Snapshot look(SessionState.Owing owing) {
    PeerWriter writer = writer();
    TaskView view =
        services
            .graph()
            .tasks()
            .look(writer.taskId(), SampleSize.of(services.limits().get().sample()));
    view.task().ifPresent(task -> writer.remember(task.facts()));
    boolean waited =
        services.time().nanos() - owing.askedAt() >= services.config().parentWait().toNanos();
    return new Snapshot(
        child(owing.wish(), waited), view, services.seeds().available(writer.host()));
  }

  private Child child(Child.Wish wish, boolean waited) {
    PeerWriter writer = writer();
    PeerEvent.Register event = java.util.Objects.requireNonNull(registration).event();
    return new Child(
        writer.peerId(),
        writer.host(),
        event.extVersion(),
        wish,
        event.priority(),
        blocked,
        waited);
  }

  private boolean commit(List<Candidate> chosen, Snapshot snapshot) {
    List<Candidate> accepted = committed(chosen);
    if (accepted.isEmpty()) {
      return false;
    }
    offered.clear();
    accepted.forEach(candidate -> offered.put(candidate.peerId(), candidate));
    releaseSlot();
    answer(
        "parents",
        new ScheduleDecision.Parents(
            accepted.stream().map(Candidate::toParent).toList(), facts(snapshot)),
        new SessionState.Served());
    return true;
  }

  private List<Candidate> committed(List<Candidate> chosen) {
    Committed result = writer().commit(chosen.stream().map(Candidate::peerId).toList());
    if (result.saved() == Saved.SUPERSEDED) {
      throw superseded();
    }
    Set<PeerId> alive = new HashSet<>(result.parents());
    return chosen.stream().filter(candidate -> alive.contains(candidate.peerId())).toList();
  }

  private void answer(String kind, ScheduleDecision decision, SessionState next) {
    if (state instanceof SessionState.Owing owing) {
      services
          .metrics()
          .answered(kind, Duration.ofNanos(services.time().nanos() - owing.askedAt()));
      services.metrics().waits(false);
    }
    state = next;
    lookTimer = cancel(lookTimer);
    boolean ours = child(Child.Wish.PARENTS, false).extVersion() > 0;
    if (next instanceof SessionState.Served && ours) {
      subscribe();
    } else {
      unsubscribe();
    }
    log.info(
        "msg=\"answered\" task={} peer={} host={} decision={}",
        writer().taskId(),
        writer().peerId(),
        writer().host().id(),
        kind);
    answers.send(decision);
  }

  /** Waits for news, and looks now and then without. */
  private void awaitNews() {
    if (!(state instanceof SessionState.Owing owing)) {
      return;
    }
    subscribe();
    long left =
        services.config().parentWait().toNanos() - (services.time().nanos() - owing.askedAt());
    Duration wait = services.config().slowLook();
    if (left > 0 && left < wait.toNanos()) {
      wait = Duration.ofNanos(left);
    }
    lookTimer = cancel(lookTimer);
    lookTimer = services.timers().after(wait, () -> mailbox.post(this::lookAgain));
  }

  private void onNews() {
    newsPending.set(false);
    if (state instanceof SessionState.Owing) {
      lookAgain();
    } else if (state instanceof SessionState.Served && growTimer == null) {
      growTimer =
          services
              .timers()
              .after(services.config().growthDelay(), () -> mailbox.post(this::grow));
    }
  }

  private void lookAgain() {
    if (!(state instanceof SessionState.Owing)) {
      return;
    }
    try {
      schedule();
    } catch (DragonflyException e) {
      fail(e);
    }
  }

  /** Tells the peer of others that came since. */
  private void grow() {
    growTimer = null;
    if (!(state instanceof SessionState.Served)
        || extraAnswers >= services.config().extraAnswerLimit()) {
      return;
    }
    try {
      SessionState.Owing asking =
          new SessionState.Owing(Child.Wish.PARENTS, services.time().nanos());
      Snapshot snapshot = look(asking);
      List<Candidate> more = services.parents().grow(snapshot, offered.keySet());
      if (more.isEmpty()) {
        return;
      }
      List<Candidate> all = new ArrayList<>(offered.values());
      all.addAll(more);
      List<Candidate> accepted = committed(all);
      boolean news = accepted.stream().anyMatch(c -> !offered.containsKey(c.peerId()));
      if (!news) {
        return;
      }
      offered.clear();
      accepted.forEach(candidate -> offered.put(candidate.peerId(), candidate));
      extraAnswers++;
      services.metrics().pushed();
      List<Parent> parents = accepted.stream().map(Candidate::toParent).toList();
      answers.send(new ScheduleDecision.Parents(parents, facts(snapshot)));
    } catch (DragonflyException e) {
      if (e.code() == ErrorCode.UNAVAILABLE) {
        log.debug("msg=\"could not look for more parents\" error=\"{}\"", e.getMessage());
        return;
      }
      fail(e);
    }
  }

  private void readsSource(TaskFacts facts) {
    PeerWriter writer = writer();
    writer.state(PeerState.BACK_TO_SOURCE);
    claimSlot(true);
    writer.learn(facts, true);
    saveOrFail();
  }

  private void pieceFailed(PeerEvent.PieceFailed failed) {
    PeerWriter writer = writer();
    if (failed.failure() == PieceFailure.CORRUPT) {
      services.metrics().corrupt();
      log.warn(
          "msg=\"a parent sent wrong bytes\" task={} parent={} reporter={} piece={}",
          writer.taskId(),
          failed.parentId(),
          writer.host().id(),
          failed.number());
      deferrable(
          () ->
              services
                  .graph()
                  .peers()
                  .blame(writer.taskId(), failed.parentId(), writer.host().id()));
    }
    boolean passing =
        failed.failure() == PieceFailure.STALLED || failed.failure() == PieceFailure.REFUSED;
    if (!passing) {
      blocked.add(failed.parentId());
    }
  }

  private void finish(PeerState end, TaskFacts facts, boolean fromSource) {
    PeerWriter writer = writer();
    writer.state(end);
    deferrable(
        () -> {
          writer.learn(facts, fromSource);
          writer.save();
          releaseSlot();
        });
    log.info(
        "msg=\"peer ended\" task={} peer={} host={} state={}",
        writer.taskId(),
        writer.peerId(),
        writer.host().id(),
        end);
    leave();
    answers.end();
  }

  private void flushLater() {
    if (flushTimer == null) {
      flushTimer =
          services
              .timers()
              .after(services.config().pieceFlush(), () -> mailbox.post(this::flush));
    }
  }

  private void flush() {
    flushTimer = null;
    if (peer == null || !peer.isDirty() || state instanceof SessionState.Ended) {
      return;
    }
    try {
      saveOrFail();
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        fail(e);
        return;
      }
      services.metrics().lost();
      flushLater();
    }
  }

  private void renew() {
    if (state instanceof SessionState.Ended || peer == null) {
      return;
    }
    PeerWriter writer = peer;
    try {
      services.hosts().find(writer.host().id()).ifPresent(writer::refresh);
      if (reading) {
        claimSlot(true);
      }
      saveOrFail();
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        fail(e);
      }
    }
  }

  private void saveOrFail() {
    if (!writer().save()) {
      throw superseded();
    }
  }

  private boolean claimSlot(boolean forced) {
    int limit = forced ? Integer.MAX_VALUE : services.config().backToSourceSlots();
    PeerWriter writer = writer();
    boolean claimed =
        services
            .graph()
            .leases()
            .claimSlot(writer.taskId(), writer.peerId(), limit, services.config().peerLease());
    reading |= claimed;
    return claimed;
  }

  private void releaseSlot() {
    if (reading) {
      reading = false;
      services.graph().leases().releaseSlot(writer().taskId(), writer().peerId());
    }
  }

  private void subscribe() {
    if (news == null) {
      news =
          services
              .graph()
              .news()
              .subscribe(
                  writer().taskId(),
                  () -> {
                    if (newsPending.compareAndSet(false, true)) {
                      mailbox.post(this::onNews);
                    }
                  });
    }
  }

  private void unsubscribe() {
    if (news != null) {
      news.close();
      news = null;
    }
  }

  /** Runs what may be lost while the graph is away: the peer's own reports heal it. */
  private void deferrable(Runnable write) {
    try {
      write.run();
    } catch (DragonflyException e) {
      if (e.code() != ErrorCode.UNAVAILABLE) {
        throw e;
      }
      services.metrics().lost();
      log.debug("msg=\"write deferred\" owner={} error=\"{}\"", owner, e.getMessage());
      flushLater();
    }
  }

  private void onClosed() {
    if (state instanceof SessionState.Ended) {
      return;
    }
    try {
      if (peer != null) {
        peer.release(BROKEN_STREAM_GRACE);
        if (reading) {
          services
              .graph()
              .leases()
              .claimSlot(peer.taskId(), peer.peerId(), Integer.MAX_VALUE, BROKEN_STREAM_GRACE);
        }
      }
    } catch (DragonflyException e) {
      log.debug("msg=\"could not shorten the lease\" error=\"{}\"", e.getMessage());
    }
    leave();
    answers.end();
  }

  private void fail(DragonflyException error) {
    if (state instanceof SessionState.Ended) {
      return;
    }
    log.info("msg=\"stream ends with an error\" owner={} code={} error=\"{}\"", owner, error.code(), error.getMessage());
    leave();
    answers.fail(error);
  }

  private void leave() {
    if (state instanceof SessionState.Owing) {
      services.metrics().waits(false);
    }
    state = new SessionState.Ended();
    lookTimer = cancel(lookTimer);
    flushTimer = cancel(flushTimer);
    growTimer = cancel(growTimer);
    leaseTimer = cancel(leaseTimer);
    unsubscribe();
    services.metrics().closed();
  }

  private static @Nullable Timer cancel(@Nullable Timer timer) {
    if (timer != null) {
      timer.cancel();
    }
    return null;
  }

  private DragonflyException superseded() {
    return new DragonflyException(
        ErrorCode.FAILED_PRECONDITION,
        "Wrote peer " + writer().peerId() + ": it has registered again on another stream");
  }

  private TaskFacts facts(Snapshot snapshot) {
    return snapshot.view().task().map(task -> task.facts()).orElse(writer().facts());
  }

  private PeerWriter writer() {
    if (peer == null) {
      throw new DragonflyException(
          ErrorCode.FAILED_PRECONDITION, "the first message of a stream must be a register");
    }
    return peer;
  }
}
