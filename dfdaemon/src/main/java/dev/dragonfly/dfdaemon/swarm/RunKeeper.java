package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.RunVerifier;
import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.ArrayList;
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

  /**
   * What became of a batch.
   *
   * @param unknown runs whose signer nobody has named; the others are kept unless one is of no use
   */
  record Verdict(Outcome outcome, List<SignedRun> unknown) {}

  Outcome keep(List<SignedRun> runs) {
    return judge(runs).outcome();
  }

  /** Keeps what can be kept, up to the first that is forged or of another version. */
  Verdict judge(List<SignedRun> runs) {
    RunVerifier verifier = new RunVerifier(stored.facts().readerKeys());
    List<SignedRun> unknown = new ArrayList<>();
    for (SignedRun run : runs) {
      if (stored.isKept(run)) {
        continue; // Many tell the same at once, and a signature is the dearest thing in a swarm.
      }
      Outcome outcome =
          switch (verifier.verify(stored.id(), run)) {
            case RunVerifier.Valid valid -> keep(run);
            case RunVerifier.UnknownKey strange -> Outcome.UNKNOWN_KEY;
            case RunVerifier.BadSignature bad -> Outcome.FORGED;
          };
      switch (outcome) {
        case KEPT -> {}
        case UNKNOWN_KEY -> unknown.add(run);
        case OTHER_VERSION, FORGED -> {
          return new Verdict(outcome, unknown);
        }
      }
    }
    return new Verdict(unknown.isEmpty() ? Outcome.KEPT : Outcome.UNKNOWN_KEY, unknown);
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
