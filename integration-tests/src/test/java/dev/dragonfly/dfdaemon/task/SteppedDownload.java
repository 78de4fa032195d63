package dev.dragonfly.dfdaemon.task;

import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.backtosource.SourceFacts;
import dev.dragonfly.dfdaemon.backtosource.SourceReader;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.piece.DownloadListener;
import dev.dragonfly.dfdaemon.session.SchedulerSession;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.swarm.SteppedFetcher;
import dev.dragonfly.dfdaemon.swarm.Swarm;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One production download whose recipe is followed step by step on the thread of the simulation.
 * Only the reading of the source is done elsewhere.
 */
public final class SteppedDownload {
  private final StoredTask stored;
  private final TaskDownload download;
  private final DownloadRecipe recipe;
  private final DownloadCrew crew;
  private final SteppedFetcher fetcher;
  private boolean over;
  private @Nullable DragonflyException failure;

  /** Makes the session of a download. */
  public interface Sessions
      extends BiFunction<Supplier<PeerEvent.Register>, Runnable, SchedulerSession> {}

  /**
   * @param reads begins to read the source; says through {@link #sourceEnded} when that is over
   */
  public SteppedDownload(
      StoredTask stored,
      PeerId peer,
      DownloadRequest request,
      DownloadContext context,
      Sessions sessions,
      Consumer<SteppedDownload> reads) {
    this.stored = stored;
    this.download = new TaskDownload(stored, peer, request, TaskDownload.From.ANYBODY, context);
    SchedulerSession session = sessions.apply(download::register, download.wakeUp()::ring);
    Progress progress =
        new Progress(session, context.listener(), context.time(), download.wakeUp());
    Swarm swarm = new Swarm(stored, peer, download.claims(), context.swarm(), progress);
    SourceFacts facts =
        new SourceFacts(stored, context.hostId().value(), context.source(), download.demands());
    this.crew =
        new DownloadCrew(
            session,
            progress,
            swarm,
            new SourceReader(stored, facts, download.claims(), context.source(), progress),
            new ElsewhereRead(progress, context, () -> reads.accept(this)),
            ForkJoinPool.commonPool());
    this.recipe = new DownloadRecipe(download, crew, context);
    this.fetcher = new SteppedFetcher(stored, swarm, context.swarm(), progress);
    recipe.begin();
  }

  /** The production pace of attempts; the read itself is begun elsewhere. */
  private final class ElsewhereRead extends SourceAttempt {
    private final Runnable reads;

    ElsewhereRead(Progress progress, DownloadContext context, Runnable reads) {
      super(download.wakeUp(), context.time(), progress::sourceBytes, context.source().random());
      this.reads = reads;
    }

    @Override
    void start(ExecutorService workers, Runnable read) {
      begin();
      reads.run();
    }
  }

  /** Looks around as the recipe does, until there is nothing to do at once. */
  public void step() {
    try {
      while (!over && !download.isOver()) {
        if (!recipe.heedNext()) {
          recipe.look();
          return;
        }
      }
      if (!over) {
        crew.session().send(lastWord());
        end();
      }
    } catch (DragonflyException e) {
      failure = e;
      String why = String.valueOf(e.getMessage());
      crew.session()
          .send(
              crew.source().wasStarted()
                  ? new PeerEvent.BackToSourceFailed(why)
                  : new PeerEvent.Failed(why));
      end();
    }
  }

  private PeerEvent lastWord() {
    return crew.progress().sourceBytes() > 0
        ? new PeerEvent.BackToSourceFinished(stored.facts(), stored.pieces())
        : new PeerEvent.Finished(stored.facts(), stored.pieces());
  }

  private void end() {
    over = true;
    crew.swarm().close();
    crew.session().close();
  }

  /** The host died. */
  public void die() {
    over = true;
    crew.swarm().close();
  }

  public boolean isOver() {
    return over;
  }

  /** Why it failed, or null. */
  public @Nullable DragonflyException failure() {
    return failure;
  }

  /** Whether somebody asked the recipe to look again. */
  public boolean isRung() {
    return download.wakeUp().isHeard();
  }

  public SteppedFetcher fetcher() {
    return fetcher;
  }

  public Claims claims() {
    return download.claims();
  }

  public DownloadListener progress() {
    return crew.progress();
  }

  /** The source has answered. */
  public void sourceAnswered(TaskFacts facts) {
    crew.session().send(new PeerEvent.BackToSourceStarted(facts));
    download.wakeUp().ring();
  }

  /** Nothing is left to be read. */
  public void sourceEnded(boolean fruitful) {
    crew.source().end(null, fruitful);
  }

  /** Claims were released. */
  public void wake() {
    crew.swarm().wake();
  }
}
