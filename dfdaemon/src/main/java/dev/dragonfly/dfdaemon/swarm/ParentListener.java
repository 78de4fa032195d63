package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one parent says, checked before the swarm hears of it. Called by one thread at a time. */
final class ParentListener implements ParentPieces.Listener {
  private final Swarm swarm;
  private final Neighbour neighbour;
  private final StoredTask stored;
  private final RunKeeper runs;

  ParentListener(Swarm swarm, Neighbour neighbour, StoredTask stored, RunKeeper runs) {
    this.swarm = swarm;
    this.neighbour = neighbour;
    this.stored = stored;
    this.runs = runs;
  }

  @Override
  public void pieceAvailable(
      int number, long offset, long length, InetSocketAddress data, List<SignedRun> signed) {
    RunKeeper.Outcome outcome = exists(number) ? runs.keep(signed) : RunKeeper.Outcome.FORGED;
    swarm.available(neighbour, number, data, outcome);
  }

  /** A number out of the blue would cost memory, a bit for each piece before it. */
  private boolean exists(int number) {
    int count =
        stored
            .layout()
            .filter(layout -> layout.contentLength().isPresent())
            .map(PieceLayout::pieceCount)
            .orElse(Interest.UNKNOWN_LENGTH_PIECES);
    return number >= 0 && number < count;
  }

  /** Believed only while nobody better is known: the scheduler, or a source reader's signature. */
  @Override
  public void factsLearnt(TaskFacts facts) {
    TaskFacts known = stored.facts();
    if (stored.layout().isEmpty() && facts.pieceLength().isPresent()) {
      stored.learn(
          new TaskFacts(
              facts.contentLength(),
              facts.pieceLength(),
              facts.responseHeader(),
              facts.digest(),
              List.of()),
          StoredTask.Teller.PARENT);
    } else if (known.contentLength().isEmpty()
        && facts.contentLength().isPresent()
        && known.readerKeys().isEmpty()) {
      stored.learn(
          TaskFacts.NONE.withContentLength(facts.contentLength().getAsLong()),
          StoredTask.Teller.PARENT);
    }
    swarm.learnt();
  }

  @Override
  public void ended(@Nullable Throwable cause) {
    swarm.ended(neighbour, cause);
  }
}
