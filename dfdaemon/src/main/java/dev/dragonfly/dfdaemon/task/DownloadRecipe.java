package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.session.Signal;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.Hope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recipe of a download: ask the scheduler, take pieces from parents, read the source when told
 * to or when nobody else helps. Runs on the thread of its download, which alone decides; workers
 * only report to it.
 */
final class DownloadRecipe {
  /** What is known of a task without content. */
  private static final TaskFacts EMPTY =
      new TaskFacts(
          OptionalLong.of(0),
          OptionalLong.of(PieceLayout.MIN_PIECE_LENGTH),
          Map.of(),
          Optional.empty(),
          List.of());

  private static final Logger LOG = LoggerFactory.getLogger(DownloadRecipe.class);
  private static final long LOOK_MILLIS = 200;

  private final TaskDownload download;
  private final DownloadCrew crew;
  private final StoredTask stored;
  private final CallerDemands demands;
  private final Claims claims;
  private final Patience patience;
  private final Time time;
  private final SchedulerRequest asked;
  private boolean otherContentKnown;

  DownloadRecipe(TaskDownload download, DownloadCrew crew, DownloadContext context) {
    this.download = download;
    this.crew = crew;
    this.stored = download.stored();
    this.demands = download.demands();
    this.claims = download.claims();
    this.patience = new Patience(context.patience());
    this.time = context.time();
    this.asked = new SchedulerRequest(time);
  }

  /**
   * Runs until everything that is wanted is verified.
   *
   * @throws DragonflyException why it failed
   */
  void follow() {
    begin();
    while (!download.isOver()) {
      if (!heedNext()) {
        look();
        rest();
      }
    }
  }

  /**
   * The register is on its way. Whoever is to read the source begins at once: the scheduler would
   * answer just that, forced, and everybody else waits for the first byte.
   */
  void begin() {
    asked.asked(crew.progress().lastNanos());
    if (download.request().needBackToSource()) {
      crew.source().ask("its caller asks for it");
    }
  }

  /** Does what the scheduler says next; whether it said something. */
  boolean heedNext() {
    download.checkMayGoOn();
    Optional<Signal> signal = crew.session().next(Duration.ZERO);
    signal.ifPresent(this::heed);
    return signal.isPresent();
  }

  /** Does what the state of things demands while nobody says anything. */
  void look() {
    crew.swarm().look();
    checkFailures();
    readSource();
    if (!crew.source().isRunning()) {
      help();
      // What it asked for begins now and not at the next look.
      readSource();
    }
  }

  private void rest() {
    try {
      download.wakeUp().await(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "download of task " + stored.id() + " was interrupted", e);
    }
  }

  /** A source that failed is the end as soon as the parents give no hope either. */
  private void checkFailures() {
    crew.progress()
        .homeFailure()
        .ifPresent(failure -> {
          throw failure;
        });
    Optional<DragonflyException> failure = crew.source().failure();
    if (failure.isEmpty()) {
      return;
    }
    boolean refused =
        failure.get().code() == ErrorCode.SOURCE_UNAUTHORIZED
            || failure.get().code() == ErrorCode.SOURCE_FORBIDDEN;
    if (refused && demands.isAnybodyLeft()) {
      crew.source().again("another caller may be let in");
      return;
    }
    Duration sinceProgress = Duration.ofNanos(time.nanos() - crew.progress().lastNanos());
    if (patience.isHopeless(failure.get().code(), crew.swarm().hope(), sinceProgress)) {
      throw failure.get();
    }
  }

  private void heed(Signal signal) {
    switch (signal) {
      case Signal.Lost gone -> {
        LOG.info("scheduler lost task={} reason={}", stored.id(), gone.reason());
        asked.lost();
      }
      case Signal.Decided decided -> {
        asked.answered();
        obey(decided.decision());
      }
    }
  }

  /** What the scheduler says of the content counts as far as nothing better is known. */
  private void obey(ScheduleDecision decision) {
    boolean other =
        stored.learn(told(decision.facts()), StoredTask.Teller.SCHEDULER)
            == StoredTask.Learnt.CONTRADICTED;
    if (other && !otherContentKnown) {
      LOG.info("scheduler tells of another content task={} facts={}", stored.id(), decision);
    }
    otherContentKnown = other;
    switch (decision) {
      case ScheduleDecision.EmptyTask empty -> {
        stored.learn(EMPTY, StoredTask.Teller.SCHEDULER);
        crew.session().send(new PeerEvent.Started());
      }
      case ScheduleDecision.Parents parents -> {
        crew.session().send(new PeerEvent.Started());
        if (download.from() == TaskDownload.From.ANYBODY) {
          crew.swarm().add(parents.parents());
        }
      }
      case ScheduleDecision.BackToSource back -> crew.source().ask(back.reason());
      case ScheduleDecision.MetadataOnly only -> crew.session().send(new PeerEvent.Started());
    }
  }

  /** A digest is never a fact that another can tell. */
  private static TaskFacts told(TaskFacts facts) {
    return new TaskFacts(
        facts.contentLength(),
        facts.pieceLength(),
        facts.responseHeader(),
        Optional.empty(),
        facts.readerKeys(),
        facts.version());
  }

  private void help() {
    if (download.from() == TaskDownload.From.SOURCE) {
      crew.source().ask("what others gave was wrong");
      return;
    }
    if (otherContentKnown && crew.swarm().hope() == Hope.NONE) {
      // Parents that come now would have the other one; which is right only the source can say.
      crew.source().ask("nobody has more of this content, and the scheduler knows another");
      return;
    }
    Patience.Situation situation =
        asked.situation(
            crew.session().connected(),
            crew.swarm().size(),
            crew.swarm().hope(),
            crew.progress().lastNanos());
    switch (patience.decide(situation)) {
      case WAIT -> {}
      case RESCHEDULE -> {
        asked.askedAgain(crew.progress().lastNanos());
        crew.session()
            .send(
                new PeerEvent.Reschedule(
                    crew.swarm().drainFailed(), "not all pieces came from parents"));
      }
      case READ_SOURCE -> crew.source().ask("no help from scheduler or parents");
    }
  }

  /** Begins to read the source, when it is asked for, has rested and has something to give. */
  private void readSource() {
    Optional<String> reason = crew.source().due();
    boolean claimable = stored.layout().isEmpty() || claims.isAnyOpen();
    if (reason.isEmpty() || !claimable) {
      return;
    }
    if (demands.sourceForbidden()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "no peer has task %s and the caller forbids to read the source (%s)"
              .formatted(stored.id(), reason.get()));
    }
    LOG.info("back to source task={} reason={}", stored.id(), reason.get());
    crew.source()
        .start(
            crew.workers(),
            () ->
                crew.reader()
                    .read((TaskFacts facts) -> {
                      crew.session().send(new PeerEvent.BackToSourceStarted(facts));
                      download.wakeUp().ring();
                    }));
  }
}
