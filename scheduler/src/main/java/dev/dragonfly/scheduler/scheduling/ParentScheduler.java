package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Decides from a snapshot what a child shall do. Pure: no I/O, no clock, no log; safe for any
 * thread. Cycles are allowed: peers exchange pieces in both directions. What is required is that at
 * least one parent gets bytes without the child.
 */
public final class ParentScheduler {
  private static final int FORBIDDEN = 1;
  private static final int HOLDERS_ONLY = 2;
  private static final int SOURCE_ITSELF = 3;

  private final Supplier<Limits> limits;
  private final int blameLimit;

  public ParentScheduler(Supplier<Limits> limits, int blameLimit) {
    this.limits = limits;
    this.blameLimit = blameLimit;
  }

  /** What the child shall do now. */
  public Verdict decide(Snapshot snapshot) {
    Map<PeerId, Refusal> refused = new HashMap<>();
    return new Verdict(decide(snapshot, refused), refused);
  }

  /**
   * Parents that could be added to those the child has; empty when there is no room or nobody new.
   */
  public List<Candidate> grow(Snapshot snapshot, Set<PeerId> has) {
    Child child = snapshot.child();
    int room = limits.get().parentsFor(child.extVersion()) - has.size();
    if (room <= 0) {
      return List.of();
    }
    List<Candidate> usable = usable(snapshot, new HashMap<>());
    usable.removeIf(candidate -> has.contains(candidate.peerId()));
    return rank(usable, snapshot, room);
  }

  private Decision decide(Snapshot snapshot, Map<PeerId, Refusal> refused) {
    Child child = snapshot.child();
    if (facts(snapshot.view()).isEmptyContent()) {
      return new Decision.Empty();
    }
    return switch (child.wish()) {
      case METADATA -> new Decision.Metadata();
      case SOURCE -> source(snapshot, refused);
      case PARENTS, OTHER_PARENTS -> parents(snapshot, refused);
    };
  }

  private Decision source(Snapshot snapshot, Map<PeerId, Refusal> refused) {
    List<Candidate> complete = usable(snapshot, refused);
    complete.removeIf(candidate -> !candidate.finished());
    if (complete.isEmpty()) {
      return new Decision.BackToSource("the peer asked for it", true);
    }
    return new Decision.Parents(rank(complete, snapshot, limit(snapshot)));
  }

  private Decision parents(Snapshot snapshot, Map<PeerId, Refusal> refused) {
    List<Candidate> usable = usable(snapshot, refused);
    boolean more = snapshot.child().wish() == Child.Wish.OTHER_PARENTS;
    boolean helped =
        usable.stream()
            .anyMatch(candidate -> more ? candidate.grows() : candidate.standing().isRoot());
    if (helped && isRestMissing(snapshot, usable)) {
      return new Decision.BackToSource("no parent has or gets the rest", false);
    }
    if (helped) {
      List<Candidate> chosen = rank(usable, snapshot, limit(snapshot));
      usable.forEach(candidate -> refused.put(candidate.peerId(), Refusal.OUTRANKED));
      chosen.forEach(candidate -> refused.remove(candidate.peerId()));
      return new Decision.Parents(chosen);
    }
    return cold(snapshot);
  }

  /**
   * Whether the child has had what its parents have and nobody has or gets everything: then one
   * must read the source. Peers with a part each would otherwise wait for each other until all lose
   * patience and read it at once.
   */
  private static boolean isRestMissing(Snapshot snapshot, List<Candidate> usable) {
    TaskView view = snapshot.view();
    return snapshot.child().wish() == Child.Wish.OTHER_PARENTS
        && mayReadSource(snapshot.child())
        && usable.stream().noneMatch(candidate -> candidate.standing() == Standing.FULL)
        && view.seed() != SeedStatus.RUNNING
        && view.sourceReaders().stream().allMatch(snapshot.child().id()::equals);
  }

  private static boolean mayReadSource(Child child) {
    return child.priority() != FORBIDDEN && child.priority() != HOLDERS_ONLY;
  }

  /** Nobody has anything. */
  private static Decision cold(Snapshot snapshot) {
    Child child = snapshot.child();
    TaskView view = snapshot.view();
    if (child.priority() == FORBIDDEN) {
      return new Decision.Refuse(
          ErrorCode.FAILED_PRECONDITION, "priority LEVEL1 forbids this download");
    }
    if (child.priority() == HOLDERS_ONLY) {
      return new Decision.Refuse(
          ErrorCode.NOT_FOUND, "priority LEVEL2 wants holders and there are none");
    }
    if (child.waitedEnough()) {
      return new Decision.BackToSource("no parent came in time", true);
    }
    // Also a reader that failed this child and rests: it may be well again before the wait is over.
    boolean readerComes =
        view.sourceReaders().stream()
            .anyMatch(r -> !r.equals(child.id()) && child.refused().get(r) != Refusal.WRONG_BYTES);
    if (readerComes) {
      return new Decision.Wait("another peer reads the source");
    }
    boolean ownSeed = view.seedHostId().equals(child.host().id().value());
    if (view.seed() == SeedStatus.RUNNING && !ownSeed) {
      return new Decision.Wait("a seed was asked");
    }
    if (child.host().type().isSeed()) {
      return new Decision.BackToSource("a seed reads the source itself", false);
    }
    if (child.wish() == Child.Wish.OTHER_PARENTS) {
      return new Decision.BackToSource("no other parent is left", false);
    }
    if (child.priority() == SOURCE_ITSELF) {
      return new Decision.BackToSource("priority LEVEL3 reads the source itself", false);
    }
    if (view.seed() == SeedStatus.EXHAUSTED) {
      return new Decision.BackToSource("all seeds failed", false);
    }
    if (!snapshot.seedsAvailable()) {
      return new Decision.BackToSource("there is no seed", false);
    }
    return new Decision.TriggerSeed();
  }

  private List<Candidate> usable(Snapshot snapshot, Map<PeerId, Refusal> refused) {
    List<Candidate> usable = new ArrayList<>();
    for (Candidate candidate : snapshot.view().candidates()) {
      Optional<Refusal> refusal = refusal(candidate, snapshot.child());
      if (refusal.isPresent()) {
        refused.put(candidate.peerId(), refusal.get());
        continue;
      }
      usable.add(candidate);
    }
    return usable;
  }

  private Optional<Refusal> refusal(Candidate candidate, Child child) {
    if (candidate.peerId().equals(child.id())) {
      return Optional.of(Refusal.SELF);
    }
    if (candidate.host().id().equals(child.host().id())) {
      return Optional.of(Refusal.SAME_HOST);
    }
    Refusal said = child.refused().get(candidate.peerId());
    if (said != null) {
      return Optional.of(said);
    }
    if (candidate.host().disableShared() || candidate.standing() == Standing.NONE) {
      return Optional.of(Refusal.DISABLED);
    }
    return candidate.blames() >= blameLimit ? Optional.of(Refusal.DISTRUSTED) : Optional.empty();
  }

  /**
   * The best, those that give as much as they may behind all others; of them the first has or gets
   * everything if there is such a one.
   */
  private List<Candidate> rank(List<Candidate> usable, Snapshot snapshot, int limit) {
    boolean spareSeeds =
        usable.stream().anyMatch(c -> c.standing().isRoot() && !c.host().type().isSeed());
    int pieces = pieceCount(facts(snapshot.view()));
    Map<PeerId, Double> scores = new HashMap<>();
    for (Candidate c : usable) {
      scores.put(c.peerId(), ParentScore.of(c, snapshot.child().host(), pieces, spareSeeds));
    }
    List<Candidate> ranked = new ArrayList<>(usable);
    ranked.sort(
        Comparator.<Candidate, Boolean>comparing(c -> limits.get().isLoaded(c.host()))
            .thenComparing(
                Comparator.<Candidate>comparingDouble(c -> scores.getOrDefault(c.peerId(), 0.0))
                    .reversed()));
    if (ranked.size() <= limit) {
      return ranked;
    }
    List<Candidate> best = new ArrayList<>(ranked.subList(0, limit));
    if (best.stream().noneMatch(c -> c.standing() == Standing.FULL)) {
      ranked.stream()
          .filter(c -> c.standing() == Standing.FULL)
          .findFirst()
          .ifPresent(full -> best.set(best.size() - 1, full));
    }
    return best;
  }

  private int limit(Snapshot snapshot) {
    return limits.get().parentsFor(snapshot.child().extVersion());
  }

  private static TaskFacts facts(TaskView view) {
    return view.task().map(task -> task.facts()).orElse(TaskFacts.NONE);
  }

  private static int pieceCount(TaskFacts facts) {
    if (facts.contentLength().isEmpty() || facts.pieceLength().isEmpty()) {
      return 0;
    }
    long length = facts.pieceLength().getAsLong();
    return (int) ((facts.contentLength().getAsLong() + length - 1) / length);
  }
}
