package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.piece.SignedRun;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.link.CloseReason;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * What neighbours say of a task beside its bytes: facts, which are hints, and signed runs, which
 * are checked. Both may wait for the disk and a signature takes long, so it is done in the
 * background, for each neighbour in the order in which it was said. Guarded by the monitor of its
 * {@link TaskSwarm}.
 */
final class Learning {
  /** Runs of one neighbour that wait to be checked, or for the key of their reader. */
  private static final int MOST_UNCHECKED = 4096;

  private final TaskSwarm swarm;
  private final StoredTask stored;
  private final RunKeeper keeper;
  private final Executor background;

  /**
   * Runs whose signature is being checked, by their first block. In a swarm many tell the same run
   * within milliseconds and a signature is the dearest thing in it: the others wait for the first.
   */
  private final Map<Long, Check> underWay = new HashMap<>();

  /** One run that is being checked, who told it first, and who has told the very same since. */
  private record Check(SignedRun run, LinkedNeighbour first, List<LinkedNeighbour> behind) {}

  Learning(TaskSwarm swarm, Executor background) {
    this.swarm = swarm;
    this.stored = swarm.stored();
    this.keeper = new RunKeeper(stored);
    this.background = background;
  }

  /** A hint only: whatever a scheduler, a signature or the source says replaces it. */
  void hear(LinkedNeighbour from, TaskFacts facts) {
    TaskFacts hint =
        new TaskFacts(
            facts.contentLength(),
            facts.pieceLength(),
            facts.responseHeader(),
            Optional.empty(),
            List.of());
    if (!hint.merge(stored.facts()).equals(stored.facts().merge(hint))
        || !stored.facts().merge(hint).equals(stored.facts())) {
      later(from, () -> stored.learn(hint, StoredTask.Teller.PARENT));
    }
  }

  void hear(LinkedNeighbour from, List<SignedRun> runs) {
    List<SignedRun> unknown = new ArrayList<>();
    for (SignedRun run : runs) {
      if (stored.isKept(run)) {
        from.vouchedFor = true;
        know(from, run);
      } else {
        unknown.add(run);
      }
    }
    if (from.checking + from.unchecked.size() + unknown.size() > MOST_UNCHECKED) {
      swarm.part(from, CloseReason.DISTRUSTED, "more digest runs than can be checked");
      return;
    }
    check(from, unknown);
  }

  private void check(LinkedNeighbour from, List<SignedRun> runs) {
    List<SignedRun> own = new ArrayList<>();
    for (SignedRun run : runs) {
      Check check = underWay.get(run.firstBlock());
      if (check != null && check.run().isSame(run)) {
        check.behind().add(from);
      } else {
        underWay.putIfAbsent(run.firstBlock(), new Check(run, from, new ArrayList<>()));
        own.add(run);
      }
    }
    from.checking += runs.size();
    if (!own.isEmpty()) {
      later(from, () -> swarm.judged(from, keeper.judge(own), own));
    }
  }

  /**
   * Runs have been looked at, whatever came of it and whether or not who told them is still there.
   * Who waited for one finds it kept; one that is not is checked again on his own account.
   */
  void checked(LinkedNeighbour from, List<SignedRun> runs) {
    from.checking -= runs.size();
    for (SignedRun run : runs) {
      Check check = underWay.get(run.firstBlock());
      if (check != null && check.first() == from && check.run().isSame(run)) {
        underWay.remove(run.firstBlock());
        for (LinkedNeighbour waited : check.behind()) {
          waited.checking--;
          if (!waited.gone) {
            hear(waited, List.of(run));
          }
        }
      }
    }
  }

  private void later(LinkedNeighbour from, Runnable work) {
    from.learning.add(work);
    swarm.errands().add(() -> background.execute(from.learning::run));
  }

  void judged(LinkedNeighbour from, RunKeeper.Verdict verdict, List<SignedRun> runs) {
    from.unchecked.addAll(verdict.unknown());
    from.strange |= !verdict.unknown().isEmpty() && stored.layout().isPresent();
    boolean useful =
        verdict.outcome() == RunKeeper.Outcome.KEPT
            || verdict.outcome() == RunKeeper.Outcome.UNKNOWN_KEY;
    for (SignedRun run : runs) {
      // Also one that says what another says that is kept: its signer is known as well.
      if (useful && !verdict.unknown().contains(run)) {
        from.vouchedFor = true;
        know(from, run);
      }
    }
  }

  /** A key, or the cut, may have become known. */
  void lookAgain(LinkedNeighbour from) {
    List<SignedRun> runs = List.copyOf(from.unchecked);
    from.unchecked.clear();
    check(from, runs);
  }

  private static void know(LinkedNeighbour from, SignedRun run) {
    if (run.endBlock() <= Integer.MAX_VALUE) {
      from.digestsKnown.set((int) run.firstBlock(), (int) run.endBlock());
    }
  }
}
