package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.backtosource.SourceFacts;
import dev.dragonfly.dfdaemon.backtosource.SourceReader;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.session.Signal;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.PieceFetcher;
import dev.dragonfly.dfdaemon.swarm.Swarm;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recipe of a download: ask the scheduler, take pieces from parents, read the source when told
 * to or when nobody else helps, until everything that is wanted is verified. Runs on one virtual
 * thread, which alone decides; workers only report to it.
 */
final class TaskDownload {
  private static final Logger LOG = LoggerFactory.getLogger(TaskDownload.class);
  private static final Duration SIGNAL_WAIT = Duration.ofSeconds(1);
  private static final long LOOK_MILLIS = 200;

  private final StoredTask stored;
  private final PeerId peer;
  private final DownloadRequest request;
  private final DownloadContext context;
  private final Bell bell = new Bell();
  private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>(64);
  private final Patience patience;
  private final Wishes wishes;
  private final Claims claims;
  private final Asking asking;

  // Owned by the thread that runs the recipe.
  private final SourceAttempt source = new SourceAttempt(bell);

  TaskDownload(StoredTask stored, PeerId peer, DownloadRequest request, DownloadContext context) {
    this.stored = stored;
    this.peer = peer;
    this.request = request;
    this.context = context;
    this.wishes = new Wishes(request, context.patience().total(), context.time());
    this.patience = new Patience(context.patience());
    this.claims = new Claims(stored, wishes::interest);
    this.asking = new Asking(context.time());
  }

  /**
   * One more caller; what he wants takes effect at once.
   *
   * @return false when it is too late: everything wanted so far is there, or all have given up
   */
  boolean join(DownloadRequest more) {
    boolean joined = wishes.add(more);
    bell.ring();
    return joined;
  }

  /** Gives up soon. */
  void cancel() {
    wishes.cancel();
    bell.ring();
  }

  /**
   * Runs to the end.
   *
   * @throws DragonflyException why it failed
   */
  void run() {
    long start = context.time().nanos();
    LOG.info(
        "download started task={} peer={} url={}", stored.id(), peer, stored.spec().publicUrl());
    tellLengths();
    SchedulerSession session = context.sessions().open(stored.id(), peer, this::register);
    Progress progress = new Progress(session, context.listener(), context.time(), bell);
    String name = "download-" + stored.id().value().substring(0, 8);
    Swarm swarm = new Swarm(stored, peer, claims, context.swarm(), progress);
    SourceReader reader =
        new SourceReader(
            stored, request.spec(), context.hostId().value(), claims, context.source(), progress);
    ExecutorService workers = Threads.newVirtualExecutor(name);
    try (StoredTask.Subscription use = stored.use()) {
      workers.execute(() -> pump(session));
      for (int i = 0; i < context.swarm().settings().concurrentPieces(); i++) {
        workers.execute(new PieceFetcher(stored, swarm, context.swarm(), progress));
      }
      follow(new Crew(session, swarm, reader, progress, workers));
      PeerEvent end =
          progress.fromSource()
              ? new PeerEvent.BackToSourceFinished(stored.facts(), stored.pieces())
              : new PeerEvent.Finished(stored.facts(), stored.pieces());
      session.send(end);
      LOG.info(
          "download finished task={} peer={} millis={} from_source={}",
          stored.id(),
          peer,
          Duration.ofNanos(context.time().nanos() - start).toMillis(),
          progress.fromSource());
    } catch (DragonflyException e) {
      session.send(
          source.wasStarted()
              ? new PeerEvent.BackToSourceFailed(String.valueOf(e.getMessage()))
              : new PeerEvent.Failed(String.valueOf(e.getMessage())));
      LOG.info(
          "download failed task={} peer={} code={} cause={}",
          stored.id(),
          peer,
          e.code(),
          e.getMessage());
      throw e;
    } finally {
      reader.stop();
      swarm.close();
      closeLater(session, workers, name);
    }
  }

  /** The session delivers its last words while the caller already has his bytes. */
  private static void closeLater(SchedulerSession session, ExecutorService workers, String name) {
    Threads.virtual(
        name + "-close",
        () -> {
          session.close();
          workers.shutdownNow();
        });
  }

  /** Towards schedulers that expect a length with the register; a failure is met again later. */
  private void tellLengths() {
    if (!context.sessions().needsLengths()) {
      return;
    }
    try {
      new SourceFacts(stored, request.spec(), context.hostId().value(), context.source())
          .learnLength();
    } catch (DragonflyException e) {
      LOG.info("length not learnt task={} cause={}", stored.id(), e.getMessage());
    }
  }

  private PeerEvent.Register register() {
    return new PeerEvent.Register(
        request.spec(),
        stored.facts(),
        stored.pieces(),
        request.range(),
        request.needBackToSource(),
        false,
        request.priority(),
        Host.EXT_VERSION);
  }

  private void pump(SchedulerSession session) {
    while (!Thread.currentThread().isInterrupted()) {
      Optional<Signal> signal = session.next(SIGNAL_WAIT);
      if (signal.isPresent() && signals.offer(signal.get())) {
        bell.ring();
      }
    }
  }

  /** Who works on this download. */
  private record Crew(
      SchedulerSession session,
      Swarm swarm,
      SourceReader reader,
      Progress progress,
      ExecutorService workers) {}

  private void follow(Crew crew) {
    asking.asked(crew.progress().lastNanos());
    while (!wishes.closeIf(claims::satisfied)) {
      checkMayGoOn();
      Signal signal = signals.poll();
      if (signal != null) {
        heed(signal, crew);
        continue;
      }
      if (source.failure().isPresent() && !crew.swarm().hopeful()) {
        throw source.failure().get();
      }
      if (!source.isRunning()) {
        help(crew);
      }
      rest();
    }
  }

  private void checkMayGoOn() {
    if (wishes.cancelled()) {
      throw new DragonflyException(
          ErrorCode.CANCELLED, "download of task " + stored.id() + " was given up by its callers");
    }
    if (wishes.late()) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "download of task %s did not finish in time: %d pieces are there; raise --timeout or look at the source %s"
              .formatted(stored.id(), stored.pieces().count(), stored.spec().publicUrl()));
    }
  }

  private void rest() {
    try {
      bell.await(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "download of task " + stored.id() + " was interrupted", e);
    }
  }

  private void heed(Signal signal, Crew crew) {
    switch (signal) {
      case Signal.Lost gone -> {
        LOG.info("scheduler lost task={} reason={}", stored.id(), gone.reason());
        asking.lost();
      }
      case Signal.Decided decided -> {
        asking.answered();
        obey(decided.decision(), crew);
      }
    }
  }

  private void obey(ScheduleDecision decision, Crew crew) {
    stored.learn(decision.facts());
    switch (decision) {
      case ScheduleDecision.EmptyTask empty -> {
        stored.learn(EmptyFacts.OF_EMPTY);
        crew.session().send(new PeerEvent.Started());
      }
      case ScheduleDecision.Parents parents -> {
        crew.session().send(new PeerEvent.Started());
        crew.swarm().add(parents.parents());
      }
      case ScheduleDecision.BackToSource back -> readSource(back.reason(), crew);
      case ScheduleDecision.MetadataOnly only -> crew.session().send(new PeerEvent.Started());
    }
  }

  private void help(Crew crew) {
    Patience.Situation situation =
        asking.situation(
            crew.session().connected(),
            crew.swarm().size(),
            crew.swarm().hopeful(),
            crew.progress().lastNanos());
    switch (patience.decide(situation)) {
      case WAIT -> {}
      case RESCHEDULE -> {
        asking.askedAgain(crew.progress().lastNanos());
        crew.session()
            .send(
                new PeerEvent.Reschedule(
                    crew.swarm().drainFailed(), "not all pieces came from parents"));
      }
      case READ_SOURCE -> readSource("no help from scheduler or parents", crew);
    }
  }

  private void readSource(String reason, Crew crew) {
    if (source.isRunning()) {
      return;
    }
    if (wishes.sourceForbidden()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "no peer has task %s and the caller forbids to read the source (%s)"
              .formatted(stored.id(), reason));
    }
    LOG.info("back to source task={} reason={}", stored.id(), reason);
    source.start(
        crew.workers(),
        () ->
            crew.reader()
                .read((TaskFacts facts) -> {
                  crew.session().send(new PeerEvent.BackToSourceStarted(facts));
                  bell.ring();
                }));
  }
}
