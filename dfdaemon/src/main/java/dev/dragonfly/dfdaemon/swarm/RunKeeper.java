package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.digest.ReaderKey;
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
    /** One is of another state of the source, or cut otherwise: of no use here, nobody's fault. */
    OTHER_VERSION,
    /** One is forged or contradicts another: its sender is not to be believed. */
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
          Outcome outcome = keep(run);
          if (outcome != Outcome.KEPT) {
            return outcome;
          }
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

  private Outcome keep(SignedRun run) {
    Optional<PieceLayout> layout = stored.layout();
    if (layout.isEmpty()) {
      return Outcome.UNKNOWN_KEY; // Too early to say: nobody has told yet how the task is cut.
    }
    if (layout.get().blockLength() != run.blockLength() || !isLearnt(run)) {
      return Outcome.OTHER_VERSION;
    }
    return switch (stored.addRun(run)) {
      case NEW, KNOWN -> Outcome.KEPT;
      case CONTRADICTED -> Outcome.FORGED;
      case OTHER_VERSION -> Outcome.OTHER_VERSION;
    };
  }

  /** What a signature covers is believed as the scheduler that named its reader would be. */
  private boolean isLearnt(SignedRun run) {
    TaskFacts told =
        TaskFacts.NONE
            .withLengths(run.contentLength(), OptionalLong.empty())
            .withVersion(run.version());
    return !stored.facts().contradict(told)
        && stored.learn(told, StoredTask.Teller.SCHEDULER) != StoredTask.Learnt.CONTRADICTED;
  }
}
