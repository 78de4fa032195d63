package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.piece.Interest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
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

  /** A hint only: whatever a scheduler, a signature or the source says replaces it. */
  @Override
  public void factsLearnt(TaskFacts facts) {
    stored.learn(
        new TaskFacts(
            facts.contentLength(),
            facts.pieceLength(),
            facts.responseHeader(),
            Optional.empty(),
            List.of()),
        StoredTask.Teller.PARENT);
    swarm.learnt();
  }

  @Override
  public void ended(@Nullable Throwable cause) {
    swarm.ended(neighbour, cause);
  }
}
