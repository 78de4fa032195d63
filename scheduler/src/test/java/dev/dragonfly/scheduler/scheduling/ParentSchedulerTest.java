package dev.dragonfly.scheduler.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.HostStats;
import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.scheduling.Child.Wish;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Decisions from snapshots. */
class ParentSchedulerTest {
  private Limits limits = new Limits(8, 4, 64);
  private final ParentScheduler scheduler = new ParentScheduler(() -> limits, 3);
  private final Host host = host("child", HostType.NORMAL, "dc1", "eu|de|r1");
  private final PeerId id = new PeerId("child");

  @Test
  void whoHasEverythingIsPreferredToWhoHasALittle() {
    Candidate partial = candidate("partial", Standing.PARTIAL, PeerState.RUNNING, 1, 0);
    Candidate finished = candidate("finished", Standing.FULL, PeerState.SUCCEEDED, 10, 0);
    assertThat(chosen(List.of(partial, finished))).containsExactly("finished", "partial");
  }

  @Test
  void whoHasChildrenComesAfterWhoHasNone() {
    Candidate busy = candidate("busy", Standing.FULL, PeerState.SUCCEEDED, 10, 20);
    Candidate idle = candidate("idle", Standing.FULL, PeerState.SUCCEEDED, 10, 0);
    assertThat(chosen(List.of(busy, idle))).containsExactly("idle", "busy");
  }

  @Test
  void whoGivesAsMuchAsTheClusterLetsHimComesAfterAllOthersAndIsNotLeftOut() {
    Candidate loaded = on(loaded("loaded", 5));
    Candidate partial = candidate("partial", Standing.PARTIAL, PeerState.RUNNING, 1, 20);
    assertThat(chosen(List.of(loaded, partial))).containsExactly("loaded", "partial");
    limits = new Limits(8, 4, 64, 5, 9);
    assertThat(chosen(List.of(loaded, partial))).containsExactly("partial", "loaded");
    assertThat(chosen(List.of(loaded))).containsExactly("loaded");
  }

  private static Host loaded(String name, int uploads) {
    return new Host(
        HostId.of("127.0.0.1", name, false),
        HostType.NORMAL,
        name,
        "127.0.0.1",
        4000,
        4005,
        0,
        Optional.empty(),
        Optional.empty(),
        1,
        false,
        Optional.empty(),
        1,
        new HostStats(0, 0, 0, 0, 0, 0, 0, 0, 0, uploads));
  }

  @Test
  void theNearerOfEqualsComesFirst() {
    Candidate far = on(host("far", HostType.NORMAL, "dc2", "us|ny|r9"));
    Candidate sameCountry = on(host("country", HostType.NORMAL, "dc3", "eu|de|r7"));
    Candidate sameCentre = on(host("centre", HostType.NORMAL, "DC1", "eu|de|r2"));
    assertThat(chosen(List.of(far, sameCountry, sameCentre)))
        .containsExactly("centre", "country", "far");
  }

  @Test
  void aSeedIsSparedWhenOrdinaryPeersHaveContent() {
    Candidate seed = on(host("seed", HostType.SUPER_SEED, "", ""));
    Candidate ordinary = candidate("ordinary", Standing.PARTIAL, PeerState.RUNNING, 5, 0);
    assertThat(chosen(List.of(seed, ordinary))).containsExactly("ordinary", "seed");
  }

  @Test
  void amongManyOneWithEverythingIsAlwaysChosen() {
    List<Candidate> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(candidate("near-" + i, Standing.PARTIAL, PeerState.RUNNING, 9, 0));
    }
    many.add(candidate("loaded", Standing.FULL, PeerState.SUCCEEDED, 10, 500));
    assertThat(chosen(many)).hasSize(8).contains("loaded");
  }

  @Test
  void peersWithoutPiecesAreGivenOnlyBesideSomebodyWhoHasSome() {
    Candidate empty = candidate("empty", Standing.MESH, PeerState.RUNNING, 0, 0);
    Candidate some = candidate("some", Standing.PARTIAL, PeerState.RUNNING, 1, 0);
    assertThat(chosen(List.of(empty, some))).containsExactly("some", "empty");
    assertThat(decide(child(Wish.PARENTS), List.of(empty), true))
        .isInstanceOf(Decision.TriggerSeed.class);
  }

  @Test
  void unfitCandidatesAreRefusedWithAReason() {
    Candidate self = candidate("child", Standing.FULL, PeerState.SUCCEEDED, 1, 0);
    Candidate neighbour =
        new Candidate(new PeerId("same"), host, PeerState.SUCCEEDED, Standing.FULL, 1, 0, 0);
    Candidate resting = candidate("resting", Standing.FULL, PeerState.SUCCEEDED, 1, 0);
    Candidate wrong = candidate("wrong", Standing.FULL, PeerState.SUCCEEDED, 1, 0);
    Candidate liar =
        new Candidate(
            new PeerId("liar"),
            host("liar", HostType.NORMAL, "", ""),
            PeerState.SUCCEEDED,
            Standing.FULL,
            1,
            0,
            3);
    Child asking =
        new Child(
            id,
            host,
            1,
            Wish.PARENTS,
            0,
            Map.of(
                new PeerId("resting"), Refusal.RESTING, new PeerId("wrong"), Refusal.WRONG_BYTES),
            false);
    Verdict verdict =
        scheduler.decide(
            snapshot(asking, List.of(self, resting, wrong, liar), SeedStatus.IDLE, false));
    assertThat(verdict.refused())
        .containsEntry(new PeerId("child"), Refusal.SELF)
        .containsEntry(new PeerId("resting"), Refusal.RESTING)
        .containsEntry(new PeerId("wrong"), Refusal.WRONG_BYTES)
        .containsEntry(new PeerId("liar"), Refusal.DISTRUSTED);
    assertThat(verdict.decision()).isInstanceOf(Decision.BackToSource.class);
    assertThat(
            scheduler
                .decide(snapshot(asking, List.of(neighbour), SeedStatus.IDLE, false))
                .refused())
        .containsEntry(new PeerId("same"), Refusal.SAME_HOST);
  }

  @Test
  void upstreamPeersGetFewerParents() {
    List<Candidate> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(candidate("p-" + i, Standing.FULL, PeerState.SUCCEEDED, 1, 0));
    }
    Child plain = new Child(id, host, 0, Wish.PARENTS, 0, Map.of(), false);
    Decision decision = scheduler.decide(snapshot(plain, many, SeedStatus.IDLE, true)).decision();
    assertThat(((Decision.Parents) decision).chosen()).hasSize(4);
  }

  @Test
  void aColdTaskTriggersASeedOnceAndThenWaits() {
    assertThat(decide(child(Wish.PARENTS), List.of(), true))
        .isInstanceOf(Decision.TriggerSeed.class);
    assertThat(
            scheduler
                .decide(snapshot(child(Wish.PARENTS), List.of(), SeedStatus.RUNNING, true))
                .decision())
        .isInstanceOf(Decision.Wait.class);
    assertThat(
            scheduler
                .decide(snapshot(child(Wish.PARENTS), List.of(), SeedStatus.EXHAUSTED, true))
                .decision())
        .isInstanceOf(Decision.BackToSource.class);
  }

  @Test
  void whoWaitedEnoughReadsTheSourceWhateverOthersDo() {
    Child late = new Child(id, host, 1, Wish.PARENTS, 0, Map.of(), true);
    Decision decision =
        scheduler.decide(snapshot(late, List.of(), SeedStatus.RUNNING, true)).decision();
    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.BackToSource.class, source -> assertThat(source.forced()).isTrue());
  }

  @Test
  void aReaderThatOnlyRestsIsWaitedForAndOneThatSentWrongBytesIsNot() {
    assertThat(decideBesideReader(Refusal.RESTING, Wish.OTHER_PARENTS))
        .isInstanceOf(Decision.Wait.class);
    assertThat(decideBesideReader(Refusal.WRONG_BYTES, Wish.OTHER_PARENTS))
        .isInstanceOfSatisfying(
            Decision.BackToSource.class, source -> assertThat(source.forced()).isFalse());
  }

  @Test
  void oneOfSeveralWithAPartEachReadsTheRestWhenNobodyGetsIt() {
    Candidate part = candidate("part", Standing.PARTIAL, PeerState.RUNNING, 3, 0);
    Candidate whole = candidate("whole", Standing.FULL, PeerState.SUCCEEDED, 10, 0);
    Child again = child(Wish.OTHER_PARENTS);

    assertThat(decide(child(Wish.PARENTS), List.of(part), false))
        .isInstanceOf(Decision.Parents.class);
    assertThat(decide(again, List.of(part), false))
        .isEqualTo(new Decision.BackToSource("no parent has or gets the rest", false));
    assertThat(decide(again, List.of(part, whole), false)).isInstanceOf(Decision.Parents.class);
    Snapshot seeded = snapshot(again, List.of(part), SeedStatus.RUNNING, true);
    assertThat(scheduler.decide(seeded).decision()).isInstanceOf(Decision.Parents.class);
  }

  @Test
  void whoHoldsAPartAndGetsNoMoreIsAParentOnceAndThenTheSourceIsRead() {
    for (PeerState idle : List.of(PeerState.SUCCEEDED, PeerState.HOLDING)) {
      List<Candidate> part = List.of(candidate("part", Standing.PARTIAL, idle, 1, 0));
      assertThat(decide(child(Wish.PARENTS), part, false)).isInstanceOf(Decision.Parents.class);
      assertThat(decide(child(Wish.OTHER_PARENTS), part, false))
          .isInstanceOf(Decision.BackToSource.class);
    }
    Candidate growing = candidate("grows", Standing.PARTIAL, PeerState.RUNNING, 1, 0);
    Candidate whole = candidate("whole", Standing.FULL, PeerState.SUCCEEDED, 10, 0);
    assertThat(decide(child(Wish.OTHER_PARENTS), List.of(growing, whole), false))
        .isInstanceOf(Decision.Parents.class);
  }

  private Decision decideBesideReader(Refusal said, Wish wish) {
    PeerId reader = new PeerId("reader");
    Child child = new Child(id, host, 1, wish, 0, Map.of(reader, said), false);
    TaskView view =
        new TaskView(Optional.empty(), List.of(), Set.of(reader), SeedStatus.IDLE, "", 0);
    return scheduler.decide(new Snapshot(child, view, true)).decision();
  }

  @Test
  void growingAddsOnlyOthersAndOnlyUpToTheLimit() {
    List<Candidate> many = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      many.add(candidate("p-" + i, Standing.MESH, PeerState.RUNNING, 0, 0));
    }
    Set<PeerId> has = Set.of(new PeerId("p-0"), new PeerId("p-1"));
    List<Candidate> more =
        scheduler.grow(snapshot(child(Wish.PARENTS), many, SeedStatus.IDLE, true), has);
    assertThat(more).hasSize(6).noneMatch(candidate -> has.contains(candidate.peerId()));
  }

  @Test
  void whateverTheSampleTheAnswerIsBoundedAndNeverContainsTheChildOrItsHost() {
    long seed = 20261124L;
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      List<Candidate> sample = new ArrayList<>();
      int size = random.nextInt(80);
      for (int i = 0; i < size; i++) {
        sample.add(anyCandidate(random, i));
      }
      Decision decision = decide(child(Wish.PARENTS), sample, random.nextBoolean());
      if (decision instanceof Decision.Parents parents) {
        assertThat(parents.chosen())
            .as("seed %d round %d", seed, round)
            .hasSizeLessThanOrEqualTo(8)
            .doesNotHaveDuplicates()
            .noneMatch(c -> c.peerId().equals(id) || c.host().id().equals(host.id()))
            .anyMatch(c -> c.standing().isRoot());
      }
    }
  }

  private Candidate anyCandidate(Random random, int number) {
    Host on = random.nextInt(10) == 0 ? host : host("h" + number, HostType.NORMAL, "", "");
    Standing standing = List.of(Standing.values()).get(random.nextInt(Standing.values().length));
    return new Candidate(
        random.nextInt(15) == 0 ? id : new PeerId("p" + number),
        on,
        standing == Standing.FULL ? PeerState.SUCCEEDED : PeerState.RUNNING,
        standing,
        random.nextInt(10),
        random.nextInt(30),
        random.nextInt(5));
  }

  private List<String> chosen(List<Candidate> candidates) {
    Decision decision = decide(child(Wish.PARENTS), candidates, true);
    return ((Decision.Parents) decision)
        .chosen().stream().map(candidate -> candidate.peerId().value()).toList();
  }

  private Decision decide(Child child, List<Candidate> candidates, boolean seeds) {
    return scheduler.decide(snapshot(child, candidates, SeedStatus.IDLE, seeds)).decision();
  }

  private Snapshot snapshot(
      Child child, List<Candidate> candidates, SeedStatus seed, boolean seeds) {
    TaskFacts facts = Samples.facts(10);
    TaskRecord task =
        new TaskRecord(
            Samples.task('d'),
            TaskSpec.ofUrl("http://origin.test/f"),
            facts,
            Instant.EPOCH,
            Instant.EPOCH);
    return new Snapshot(
        child,
        new TaskView(Optional.of(task), candidates, Set.of(), seed, "", candidates.size()),
        seeds);
  }

  private Child child(Wish wish) {
    return new Child(id, host, 1, wish, 0, Map.of(), false);
  }

  private Candidate on(Host on) {
    return new Candidate(
        new PeerId(on.hostname()), on, PeerState.SUCCEEDED, Standing.FULL, 10, 0, 0);
  }

  private Candidate candidate(
      String name, Standing standing, PeerState state, int pieces, int children) {
    return new Candidate(
        new PeerId(name),
        host(name, HostType.NORMAL, "", ""),
        state,
        standing,
        pieces,
        children,
        0);
  }

  private static Host host(String name, HostType type, String idc, String location) {
    return new Host(
        HostId.of("127.0.0.1", name, type.isSeed()),
        type,
        name,
        "127.0.0.1",
        4000,
        4005,
        0,
        idc.isEmpty() ? Optional.empty() : Optional.of(idc),
        location.isEmpty() ? Optional.empty() : Optional.of(location),
        1,
        false,
        Optional.empty(),
        1,
        HostStats.NONE);
  }
}
