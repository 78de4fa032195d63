package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.dfdaemon.backtosource.SourceFacts;
import dev.dragonfly.dfdaemon.backtosource.SourceReader;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.PieceFetcher;
import dev.dragonfly.dfdaemon.swarm.Swarm;
import dev.dragonfly.dfdaemon.swarm.SwarmParts;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One download from its turn to its last word: everything that its callers want is verified in the
 * end, and the whole is what it is named. Runs on one virtual thread.
 */
final class TaskDownload {
  private static final Logger LOG = LoggerFactory.getLogger(TaskDownload.class);

  private final StoredTask stored;
  private final PeerId peer;
  private final From from;
  private final DownloadContext context;
  private final WakeUp wakeUp = new WakeUp();
  private final CallerDemands demands;
  private final Claims claims;
  private final boolean startedEmpty;
  private volatile boolean readFromSource;
  private volatile @Nullable Swarm swarm;

  /** Whose bytes are taken. */
  enum From {
    ANYBODY,
    /** The source's only: what others gave was wrong. */
    SOURCE
  }

  TaskDownload(
      StoredTask stored, PeerId peer, DownloadRequest first, From from, DownloadContext context) {
    this.stored = stored;
    this.peer = peer;
    this.from = from;
    this.context = context;
    this.demands = new CallerDemands(first, context.patience().total(), context.time());
    this.claims = new Claims(stored, demands::interest);
    this.startedEmpty = stored.pieces().count() == 0;
  }

  StoredTask stored() {
    return stored;
  }

  PeerId peer() {
    return peer;
  }

  From from() {
    return from;
  }

  CallerDemands demands() {
    return demands;
  }

  Claims claims() {
    return claims;
  }

  WakeUp wakeUp() {
    return wakeUp;
  }

  /** The request that began it. */
  DownloadRequest request() {
    return demands.first();
  }

  /** Whether this download read the whole of what is stored from the source, alone. */
  boolean wasReadFromSource() {
    return readFromSource;
  }

  /** Whether reading the source, alone, is still to be tried. */
  boolean maySourceHelp() {
    return from == From.ANYBODY && !demands.sourceForbidden();
  }

  /**
   * One more caller; what he wants takes effect at once.
   *
   * @return false when it is too late: everything wanted so far is there, or all have given up
   */
  boolean join(CallerDemands.Caller more) {
    boolean joined = demands.add(more);
    wakeUp.ring();
    return joined;
  }

  /** A caller gave up. */
  void leave(CallerDemands.Caller caller) {
    demands.remove(caller);
  }

  /** A caller waits for the byte at this offset. */
  void readerAt(long offset) {
    Swarm taking = swarm;
    if (taking != null) {
      taking.readerAt(offset);
    }
  }

  /** Gives up soon. */
  void cancel() {
    demands.cancel();
    wakeUp.ring();
  }

  /**
   * Runs to the end.
   *
   * @throws DragonflyException why it failed
   */
  void run() {
    if (isOver()) {
      WrongContent.check(stored);
      return;
    }
    try (Admission.Place place = context.admission().enter(wakeUp, this::checkMayGoOn);
        StoredTask.Subscription use = stored.use()) {
      fetch();
    }
  }

  private boolean isSatisfied() {
    return demands.interest().isSatisfiedBy(stored);
  }

  /** Whether all that is wanted is there; then nobody can want more of this download. */
  boolean isOver() {
    return demands.closeIf(this::isSatisfied);
  }

  private void fetch() {
    long start = context.time().nanos();
    LOG.info(
        "download started task={} peer={} url={}", stored.id(), peer, stored.spec().publicUrl());
    TaskIdCalculator.contentDigest(stored.spec())
        .ifPresent(named -> stored.expectDigest(named.algorithm()));
    SourceFacts facts =
        new SourceFacts(stored, context.hostId().value(), context.source(), demands);
    tellLengths(facts);
    String name = "download-" + stored.id().value().substring(0, 8);
    DownloadCrew crew = hire(facts, name);
    Runnable then = () -> {};
    try {
      new DownloadRecipe(this, crew, context).follow();
      readFromSource =
          startedEmpty
              && stored.isComplete()
              && crew.source().wasStarted()
              && crew.progress().parentBytes() == 0;
      WrongContent.check(stored);
      boolean source = crew.progress().sourceBytes() > 0;
      crew.session()
          .send(
              source
                  ? new PeerEvent.BackToSourceFinished(stored.facts(), stored.pieces())
                  : new PeerEvent.Finished(stored.facts(), stored.pieces()));
      LOG.info(
          "download finished task={} peer={} millis={} from_source={}",
          stored.id(),
          peer,
          Duration.ofNanos(context.time().nanos() - start).toMillis(),
          source);
    } catch (DragonflyException e) {
      tellFailure(e, crew);
      if (stored.pieces().count() == 0 || e.code() == ErrorCode.DIGEST_MISMATCH) {
        then = () -> context.reports().peerGone(stored.id(), peer);
      }
      throw e;
    } finally {
      crew.dismiss(name, then);
    }
  }

  private DownloadCrew hire(SourceFacts facts, String name) {
    SchedulerSession session =
        context.sessions().open(stored.id(), peer, this::register, wakeUp::ring);
    Progress progress = new Progress(session, context.listener(), context.time(), wakeUp);
    // What is read anew in private is nobody's to see until it has proved right.
    SwarmParts parts = from == From.ANYBODY ? context.swarm() : context.swarm().alone();
    Swarm taking = new Swarm(stored, peer, claims, parts, progress);
    swarm = taking;
    SourceReader reader = new SourceReader(stored, facts, claims, context.source(), progress);
    SourceAttempt attempt =
        new SourceAttempt(wakeUp, context.time(), progress::sourceBytes, context.source().random());
    ExecutorService workers = Threads.newVirtualExecutor(name);
    taking.onPlainParent(() -> {
      for (int i = 0; i < parts.settings().concurrentPieces(); i++) {
        workers.execute(new PieceFetcher(stored, taking, parts, progress));
      }
    });
    return new DownloadCrew(session, progress, taking, reader, attempt, workers);
  }

  private void tellFailure(DragonflyException e, DownloadCrew crew) {
    String why = String.valueOf(e.getMessage());
    crew.session()
        .send(
            crew.source().wasStarted()
                ? new PeerEvent.BackToSourceFailed(why)
                : new PeerEvent.Failed(why));
    LOG.info("download failed task={} peer={} code={} cause={}", stored.id(), peer, e.code(), why);
  }

  /** Towards schedulers that expect a length with the register; a failure is met again later. */
  private void tellLengths(SourceFacts facts) {
    if (!context.sessions().needsLengths()) {
      return;
    }
    try {
      facts.learnLength();
    } catch (DragonflyException e) {
      LOG.info("length not learnt task={} cause={}", stored.id(), e.getMessage());
    }
  }

  /** What a scheduler is told first, as things are now. */
  PeerEvent.Register register() {
    DownloadRequest first = demands.first();
    return new PeerEvent.Register(
        first.spec().withoutDigest(),
        stored.facts(),
        stored.pieces(),
        demands.interest().range(),
        first.needBackToSource() || from == From.SOURCE,
        false,
        first.priority(),
        Host.EXT_VERSION);
  }

  /**
   * @throws DragonflyException when its callers have left or lost patience
   */
  void checkMayGoOn() {
    if (demands.cancelled()) {
      throw new DragonflyException(
          ErrorCode.CANCELLED, "download of task " + stored.id() + " was given up by its callers");
    }
    if (demands.late()) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "download of task %s did not finish in time: %d pieces are there; raise --timeout or look at the source %s"
              .formatted(stored.id(), stored.pieces().count(), stored.spec().publicUrl()));
    }
  }
}
