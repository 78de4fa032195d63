package dev.dragonfly.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.PeerStore.Committed;
import dev.dragonfly.scheduler.store.PeerStore.Held;
import dev.dragonfly.scheduler.store.PeerStore.Saved;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every implementation of the graph does. */
public abstract class GraphContract {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(250);
  private static final SampleSize SAMPLE = SampleSize.of(64);
  private static final Instant AT = Instant.ofEpochMilli(1_700_000_000_000L);
  private static final TaskSpec SPEC =
      TaskSpec.ofUrl("http://origin.test/file")
          .withRequestHeader(Map.of("Authorization", "Bearer secret"));

  protected final TaskId task = Samples.task('b');
  private final Host host = Samples.host("one");

  /** The graph under test; the same all through one test. */
  protected abstract Graph graph();

  /** Returns when that much time has passed on the graph's clock. */
  protected abstract void pass(Duration time) throws InterruptedException;

  @Test
  void aHostIsFoundUntilItFallsSilent() throws Exception {
    graph().hosts().announce(host, SHORT);
    assertThat(graph().hosts().find(host.id())).contains(host);
    assertThat(graph().hosts().list()).containsExactly(host);
    pass(SHORT);
    assertThat(graph().hosts().find(host.id())).isEmpty();
    assertThat(graph().hosts().list()).isEmpty();
    assertThat(graph().hosts().expired(10)).containsExactly(host.id());
    graph().hosts().delete(host.id());
    assertThat(graph().hosts().expired(10)).isEmpty();
  }

  @Test
  void seedsAreListedAmongTheSeedsOnly() {
    Host seed = Samples.seed("seed", 4001);
    graph().hosts().announce(host, LONG);
    graph().hosts().announce(seed, LONG);
    assertThat(graph().hosts().seeds()).containsExactly(seed);
    assertThat(graph().hosts().delete(seed.id())).isTrue();
    assertThat(graph().hosts().delete(seed.id())).isFalse();
    assertThat(graph().hosts().seeds()).isEmpty();
  }

  @Test
  void holdingsAreConfirmedOnlyWhenTheyAreKnownAndTheAddressIsTheSame() {
    graph().hosts().announce(host, LONG);
    assertThat(graph().hosts().confirmHoldings(host.id(), -5, LONG, LONG)).isFalse();
    graph().hosts().rememberHoldings(host.id(), -5, LONG);
    assertThat(graph().hosts().confirmHoldings(host.id(), -5, LONG, LONG)).isTrue();
    assertThat(graph().hosts().confirmHoldings(host.id(), 6, LONG, LONG)).isFalse();
    graph().hosts().announce(host, LONG);
    assertThat(graph().hosts().confirmHoldings(host.id(), -5, LONG, LONG)).isTrue();
    Host moved = Samples.seed("one", 4002);
    graph().hosts().rememberHoldings(moved.id(), 9, LONG);
    graph().hosts().announce(moved, LONG);
    graph().hosts().rememberHoldings(moved.id(), 9, LONG);
    graph().hosts().announce(Samples.seed("one", 4003), LONG);
    assertThat(graph().hosts().confirmHoldings(moved.id(), 9, LONG, LONG)).isFalse();
  }

  @Test
  void factsFillGapsAndOnlyTheSourceReplacesThem() {
    graph().tasks().save(task, SPEC, length(10), false);
    graph().tasks().save(task, SPEC, length(20), false);
    assertThat(facts().contentLength()).hasValue(10);
    graph().tasks().save(task, SPEC, length(30), true);
    assertThat(facts().contentLength()).hasValue(30);
  }

  @Test
  void readerKeysAreUnited() {
    ReaderKey first = new ReaderKey("h1", "01".repeat(32));
    ReaderKey second = new ReaderKey("h2", "02".repeat(32));
    graph().tasks().save(task, SPEC, keys(first), true);
    graph().tasks().save(task, SPEC, keys(second), false);
    assertThat(facts().readerKeys()).containsExactlyInAnyOrder(first, second);
  }

  @Test
  void secretsOfTheCallerAreNotKept() {
    TaskFacts facts =
        new TaskFacts(
            OptionalLong.empty(),
            OptionalLong.empty(),
            Map.of("Set-Cookie", "session=1", "Content-Type", "text/plain"),
            Optional.empty(),
            List.of());
    graph().tasks().save(task, SPEC, facts, true);
    assertThat(graph().tasks().find(task).orElseThrow().spec().requestHeader()).isEmpty();
    assertThat(facts().responseHeader()).containsOnlyKeys("Content-Type");
  }

  @Test
  void enteringShowsTheOthersAndNotesTheHost() {
    enter(peer("first", Standing.FULL, PeerState.SUCCEEDED));
    TaskView view = enter(peer("second", Standing.NONE, PeerState.PENDING));
    assertThat(view.candidates()).extracting(Candidate::peerId).containsExactly(id("first"));
    Candidate seen = view.candidates().getFirst();
    assertThat(seen.host()).isEqualTo(host);
    assertThat(seen.finished()).isTrue();
    assertThat(seen.standing()).isEqualTo(Standing.FULL);
    assertThat(view.task().orElseThrow().spec().url()).isEqualTo(SPEC.url());
    assertThat(graph().hosts().tasks(host.id())).containsExactly(task);
  }

  @Test
  void aSampleIsBounded() {
    for (int i = 0; i < 30; i++) {
      enter(peer("full-" + i, Standing.FULL, PeerState.SUCCEEDED));
      enter(peer("part-" + i, Standing.PARTIAL, PeerState.RUNNING));
    }
    TaskView view = graph().tasks().look(task, new SampleSize(5, 3, 2));
    assertThat(view.candidates()).hasSize(8);
    assertThat(view.peerCount()).isEqualTo(60);
  }

  @Test
  void aPeerWhoseLeaseLapsedIsNotOfferedAndAHolderIsForEver() throws Exception {
    enter(leased("running", Optional.of(SHORT), "s"));
    enter(leased("holder", Optional.empty(), "s"));
    pass(SHORT);
    assertThat(graph().tasks().look(task, SAMPLE).candidates())
        .extracting(Candidate::peerId)
        .containsExactly(id("holder"));
  }

  @Test
  void aLaterStreamSpeaksForThePeer() {
    enter(leased("peer", Optional.of(LONG), "old"));
    enter(leased("peer", Optional.of(LONG), "new"));
    assertThat(graph().peers().save(leased("peer", Optional.of(LONG), "old")))
        .isEqualTo(Saved.SUPERSEDED);
    assertThat(graph().peers().save(leased("peer", Optional.of(LONG), "new")))
        .isEqualTo(Saved.DONE);
  }

  @Test
  void aWriteWithoutItsTaskSaysSo() {
    assertThat(graph().peers().save(peer("lonely", Standing.FULL, PeerState.SUCCEEDED)))
        .isEqualTo(Saved.TASK_MISSING);
    assertThat(graph().tasks().look(task, SAMPLE).task()).isEmpty();
  }

  @Test
  void edgesAreCommittedFromParentsThatAreStillThere() {
    enter(peer("parent", Standing.FULL, PeerState.SUCCEEDED));
    enter(peer("child", Standing.NONE, PeerState.PENDING));
    PeerRecord child = peer("child", Standing.MESH, PeerState.RUNNING);
    Committed committed = graph().peers().commit(child, List.of(id("parent"), id("gone")));
    assertThat(committed).isEqualTo(new Committed(Saved.DONE, List.of(id("parent"))));
    assertThat(graph().peers().parents(task, id("child"))).containsExactly(id("parent"));
    assertThat(candidate("parent").children()).isEqualTo(1);
    assertThat(graph().peers().commit(child, List.of(id("gone"))).parents()).isEmpty();

    graph().peers().save(peer("child", Standing.NONE, PeerState.FAILED));
    assertThat(candidate("parent").children()).isZero();
  }

  @Test
  void whatAHostHoldsDoesNotOverruleALiveStream() {
    enter(leased("busy", Optional.of(LONG), "stream"));
    Held busy = new Held(SPEC, TaskFacts.NONE, leased("busy", Optional.empty(), "holdings"));
    Held idle = new Held(SPEC, TaskFacts.NONE, leased("idle", Optional.empty(), "holdings"));
    graph().peers().hold(List.of(busy, idle));
    assertThat(graph().peers().find(task, id("busy")).orElseThrow().owner()).isEqualTo("stream");
    assertThat(graph().peers().find(task, id("idle")).orElseThrow().owner()).isEqualTo("holdings");
  }

  @Test
  void aPeerIsReadBackAsItWasWritten() {
    PeerRecord written = peer("whole", Standing.PARTIAL, PeerState.RUNNING);
    enter(written);
    PeerRecord read = graph().peers().find(task, id("whole")).orElseThrow();
    assertThat(read.host()).isEqualTo(written.host());
    assertThat(read.pieces()).isEqualTo(written.pieces());
    assertThat(read.state()).isEqualTo(written.state());
    assertThat(read.standing()).isEqualTo(written.standing());
    assertThat(read.createdAt()).isEqualTo(written.createdAt());
    assertThat(graph().peers().find(task, id("nobody"))).isEmpty();
  }

  @Test
  void deletingAHostDeletesItsPeersOfTheTask() {
    enter(peer("mine", Standing.FULL, PeerState.SUCCEEDED));
    enter(on(Samples.host("two"), "other"));
    graph().peers().deleteHost(task, host.id());
    assertThat(graph().tasks().look(task, SAMPLE).candidates())
        .extracting(Candidate::peerId)
        .containsExactly(id("other"));
    graph().peers().delete(task, id("other"));
    assertThat(graph().tasks().look(task, SAMPLE).candidates()).isEmpty();
  }

  @Test
  void aHostBlamesAPeerOnceOnly() {
    enter(peer("liar", Standing.FULL, PeerState.SUCCEEDED));
    Host other = Samples.host("other");
    assertThat(graph().peers().blame(task, id("liar"), host.id())).isEqualTo(1);
    assertThat(graph().peers().blame(task, id("liar"), host.id())).isEqualTo(1);
    assertThat(graph().peers().blame(task, id("liar"), other.id())).isEqualTo(2);
    assertThat(candidate("liar").blames()).isEqualTo(2);
  }

  @Test
  void oneAsksTheSeedsAtATimeAndALateOneIsFencedOff() throws Exception {
    LeaseStore leases = graph().leases();
    Host seed = Samples.seed("seed", 4001);
    long first = leases.acquireSeed(task, SHORT).orElseThrow();
    assertThat(leases.acquireSeed(task, SHORT)).isEmpty();
    assertThat(leases.renewSeed(task, first, seed.id(), SHORT)).isTrue();
    assertThat(graph().tasks().look(task, SAMPLE).seedHostId()).isEqualTo(seed.id().value());
    pass(SHORT);
    long second = leases.acquireSeed(task, LONG).orElseThrow();
    assertThat(second).isGreaterThan(first);
    assertThat(leases.renewSeed(task, first, seed.id(), LONG)).isFalse();
    leases.finishSeed(task, first, Duration.ZERO);
    assertThat(graph().tasks().look(task, SAMPLE).seed()).isEqualTo(SeedStatus.RUNNING);
    leases.finishSeed(task, second, LONG);
    assertThat(graph().tasks().look(task, SAMPLE).seed()).isEqualTo(SeedStatus.EXHAUSTED);
    assertThat(leases.acquireSeed(task, LONG)).isEmpty();
  }

  @Test
  void slotsAreLimitedAndLapse() throws Exception {
    LeaseStore leases = graph().leases();
    assertThat(leases.claimSlot(task, id("a"), 1, SHORT)).isTrue();
    assertThat(leases.claimSlot(task, id("a"), 1, SHORT)).isTrue();
    assertThat(leases.claimSlot(task, id("b"), 1, SHORT)).isFalse();
    assertThat(graph().tasks().look(task, SAMPLE).sourceReaders()).containsExactly(id("a"));
    pass(SHORT);
    assertThat(graph().tasks().look(task, SAMPLE).sourceReaders()).isEmpty();
    assertThat(leases.claimSlot(task, id("b"), 1, LONG)).isTrue();
    leases.releaseSlot(task, id("b"));
    assertThat(leases.claimSlot(task, id("a"), 1, LONG)).isTrue();
  }

  @Test
  void piecesAreKeptWithTheirDigests() {
    graph().tasks().savePieces(task, List.of(Samples.piece(1), Samples.piece(0)));
    assertThat(graph().tasks().pieces(task)).containsExactly(Samples.piece(0), Samples.piece(1));
  }

  @Test
  void aDeletedTaskIsGoneWithItsPeers() {
    enter(peer("peer", Standing.FULL, PeerState.SUCCEEDED));
    graph().tasks().delete(task);
    TaskView view = graph().tasks().look(task, SAMPLE);
    assertThat(view.task()).isEmpty();
    assertThat(view.candidates()).isEmpty();
  }

  @Test
  void listenersHearThatTheSubscriptionStandsAndThenOfChanges() throws Exception {
    Semaphore heard = new Semaphore(0);
    try (TaskNews.Subscription ignored = graph().news().subscribe(task, heard::release)) {
      assertThat(heard.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
      enter(peer("new", Standing.FULL, PeerState.SUCCEEDED));
      assertThat(heard.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
      graph().tasks().save(task, SPEC, length(10), true);
      assertThat(heard.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void manyWritersOfOneTaskLeaveACompleteIndex() throws Exception {
    int writers = 8;
    CountDownLatch done = new CountDownLatch(writers);
    for (int w = 0; w < writers; w++) {
      int own = w;
      dev.dragonfly.common.concurrent.Threads.virtual(
          "writer-" + w,
          () -> {
            for (int i = 0; i < 20; i++) {
              enter(peer("p-" + own + "-" + i, Standing.FULL, PeerState.SUCCEEDED));
            }
            done.countDown();
          });
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(graph().tasks().look(task, SAMPLE).peerCount()).isEqualTo(160);
  }

  private TaskView enter(PeerRecord peer) {
    return graph().peers().enter(SPEC, TaskFacts.NONE, peer, SAMPLE);
  }

  private Candidate candidate(String peer) {
    return graph().tasks().look(task, SAMPLE).candidates().stream()
        .filter(candidate -> candidate.peerId().equals(id(peer)))
        .findFirst()
        .orElseThrow();
  }

  private TaskFacts facts() {
    return graph().tasks().find(task).orElseThrow().facts();
  }

  private static TaskFacts length(long length) {
    return TaskFacts.NONE.withContentLength(length);
  }

  private static TaskFacts keys(ReaderKey key) {
    return new TaskFacts(
        OptionalLong.empty(), OptionalLong.empty(), Map.of(), Optional.empty(), List.of(key));
  }

  private static PeerId id(String name) {
    return new PeerId(name);
  }

  private PeerRecord peer(String name, Standing standing, PeerState state) {
    Optional<Duration> lease = state == PeerState.SUCCEEDED ? Optional.empty() : Optional.of(LONG);
    return record(host, name, standing, state, lease, "stream");
  }

  private PeerRecord on(Host other, String name) {
    return record(other, name, Standing.FULL, PeerState.SUCCEEDED, Optional.empty(), "stream");
  }

  private PeerRecord leased(String name, Optional<Duration> lease, String owner) {
    return record(host, name, Standing.PARTIAL, PeerState.RUNNING, lease, owner);
  }

  private PeerRecord record(
      Host on,
      String name,
      Standing standing,
      PeerState state,
      Optional<Duration> lease,
      String owner) {
    return new PeerRecord(
        id(name),
        task,
        on,
        state,
        standing,
        PieceBitmap.EMPTY.with(0).with(9),
        0,
        owner,
        lease,
        AT,
        AT);
  }
}
