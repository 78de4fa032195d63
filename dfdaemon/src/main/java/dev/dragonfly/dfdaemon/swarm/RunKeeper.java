package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunVerifier;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lets signed digest runs into the store: only those that a known source reader of the task signed
 * and that fit the task's layout. Safe for any thread.
 */
final class RunKeeper {
  /** What became of a batch of runs. */
  enum Outcome {
    /** All are kept. */
    KEPT,
    /** One was signed by a key that nobody vouched for: ask the scheduler who reads the source. */
    UNKNOWN_KEY,
    /** One is forged or contradicts the task: its sender is not to be believed. */
    FORGED
  }

  private final StoredTask stored;

  RunKeeper(StoredTask stored) {
    this.stored = stored;
  }

  Outcome keep(List<SignedRun> runs) {
    List<ReaderKey> trusted = stored.facts().readerKeys();
    RunVerifier verifier = new RunVerifier(trusted);
    for (SignedRun run : runs) {
      switch (verifier.verify(stored.id(), run)) {
        case RunVerifier.Valid valid -> {
          if (!fits(run) || !learnLength(run)) {
            return Outcome.FORGED;
          }
          stored.addRun(run);
        }
        case RunVerifier.UnknownKey unknown -> {
          return Outcome.UNKNOWN_KEY;
        }
        case RunVerifier.BadSignature bad -> {
          return Outcome.FORGED;
        }
      }
    }
    return Outcome.KEPT;
  }

  private boolean fits(SignedRun run) {
    Optional<PieceLayout> layout = stored.layout();
    return layout.isPresent()
        && layout.get().blockLength() == run.blockLength()
        && layout.get().hasBlocks(run.firstBlock(), run.blockCount());
  }

  /** A signed length is believed; one that contradicts what is known is not. */
  private boolean learnLength(SignedRun run) {
    OptionalLong known = stored.facts().contentLength();
    if (run.contentLength().isEmpty()) {
      return true;
    }
    if (known.isPresent()) {
      return known.getAsLong() == run.contentLength().getAsLong();
    }
    try {
      stored.learn(TaskFacts.NONE.withContentLength(run.contentLength().getAsLong()));
      return true;
    } catch (DragonflyException contradiction) {
      return false;
    }
  }
}
