package dev.dragonfly.scheduler.store;

import static dev.dragonfly.scheduler.store.GraphUnderTest.holder;
import static dev.dragonfly.scheduler.store.GraphUnderTest.record;
import static dev.dragonfly.scheduler.store.GraphUnderTest.streaming;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.store.PeerStore.Committed;
import dev.dragonfly.scheduler.store.PeerStore.Saved;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Peers, and who feeds whom. */
interface PeerContract extends GraphUnderTest {
  Host PARENT = Samples.host("parent");
  Host CHILD = Samples.host("child");

  @Test
  default void enteringShowsTheOthersAndNotesTheHost() {
    PeerRecord first = holder(PARENT, "first", Standing.FULL);
    enter(first);
    TaskView view = enter(streaming(CHILD, "second", Standing.NONE));
    assertThat(view.candidates()).extracting(Candidate::peerId).containsExactly(first.id());
    Candidate seen = view.candidates().getFirst();
    assertThat(seen.host()).isEqualTo(PARENT);
    assertThat(seen.finished()).isTrue();
    assertThat(seen.standing()).isEqualTo(Standing.FULL);
    assertThat(view.task().orElseThrow().spec().url()).isEqualTo(SPEC.url());
    assertThat(graph().hosts().tasks(PARENT.id())).containsExactly(TASK);
  }

  @Test
  default void aSampleIsBounded() {
    for (int i = 0; i < 30; i++) {
      enter(holder(Samples.host("full-" + i), "full-" + i, Standing.FULL));
      enter(streaming(Samples.host("part-" + i), "part-" + i, Standing.PARTIAL));
    }
    TaskView view = graph().tasks().look(TASK, new SampleSize(5, 3, 2));
    assertThat(view.candidates()).hasSize(8);
    assertThat(view.peerCount()).isEqualTo(60);
  }

  @Test
  default void aPeerWhoseLeaseLapsedIsNotOfferedAndAHolderIsForEver() throws Exception {
    enter(leased(PARENT, "running", SHORT));
    PeerRecord holder = holder(CHILD, "holder", Standing.FULL);
    enter(holder);
    pass(SHORT);
    assertThat(offered()).containsExactly(holder.id());
  }

  @Test
  default void aPeerWhoseLeaseLapsedIsNobodysChildAnyMore() throws Exception {
    PeerRecord parent = holder(PARENT, "parent", Standing.FULL);
    enter(parent);
    PeerRecord dying = leased(CHILD, "dying", SHORT);
    enter(dying);
    graph().peers().commit(dying, List.of(parent.id()));
    assertThat(candidate(parent).children()).isEqualTo(1);
    pass(SHORT);
    look();
    assertThat(candidate(parent).children()).isZero();
  }

  @Test
  default void aLateStreamWritesItsSweptPeerAgain() throws Exception {
    PeerRecord late = leased(CHILD, "late", SHORT);
    enter(late);
    pass(SHORT);
    assertThat(offered()).isEmpty();
    assertThat(graph().peers().save(late)).isEqualTo(Saved.DONE);
    assertThat(offered()).containsExactly(late.id());
  }

  @Test
  default void aLaterStreamSpeaksForThePeer() {
    enter(owned("old"));
    enter(owned("new"));
    assertThat(graph().peers().save(owned("old"))).isEqualTo(Saved.SUPERSEDED);
    assertThat(graph().peers().save(owned("new"))).isEqualTo(Saved.DONE);
  }

  @Test
  default void whatTheStreamOfADeletedPeerWritesIsRefused() {
    PeerRecord parent = holder(PARENT, "parent", Standing.FULL);
    enter(parent);
    enter(streaming(CHILD, "peer", Standing.NONE));
    PeerRecord peer = streaming(CHILD, "peer", Standing.PARTIAL);
    graph().peers().delete(TASK, peer.id());
    assertThat(graph().peers().save(peer)).isEqualTo(Saved.SUPERSEDED);
    assertThat(graph().peers().commit(peer, List.of(parent.id())).saved())
        .isEqualTo(Saved.SUPERSEDED);
    assertThat(graph().peers().save(holder(CHILD, "peer", Standing.FULL)))
        .isEqualTo(Saved.SUPERSEDED);
    assertThat(graph().leases().claimSlot(TASK, peer.id(), 1, LONG)).isEmpty();
    assertThat(graph().peers().find(TASK, peer.id())).isEmpty();
    assertThat(offered()).containsExactly(parent.id());
    assertThat(candidate(parent).children()).isZero();
  }

  @Test
  default void whatALateStreamOfADeletedPeerWritesIsRefusedToo() throws Exception {
    PeerRecord late = leased(CHILD, "late", SHORT);
    enter(late);
    pass(SHORT);
    graph().peers().delete(TASK, late.id());
    assertThat(graph().peers().save(late)).isEqualTo(Saved.SUPERSEDED);
    assertThat(offered()).isEmpty();
  }

  @Test
  default void aDeletedPeerIsThereAgainWhenItRegistersAgain() {
    enter(owned("old"));
    graph().peers().delete(TASK, owned("old").id());
    enter(owned("new"));
    assertThat(offered()).containsExactly(owned("new").id());
    assertThat(graph().peers().save(owned("old"))).isEqualTo(Saved.SUPERSEDED);
    assertThat(graph().peers().save(owned("new"))).isEqualTo(Saved.DONE);
    assertThat(graph().leases().claimSlot(TASK, owned("new").id(), 1, LONG)).isPresent();
  }

  @Test
  default void aWriteWithoutItsTaskSaysSo() {
    assertThat(graph().peers().save(holder(PARENT, "lonely", Standing.FULL)))
        .isEqualTo(Saved.TASK_MISSING);
    assertThat(look().task()).isEmpty();
  }

  @Test
  default void edgesAreCommittedFromParentsThatAreStillThere() {
    PeerRecord parent = holder(PARENT, "parent", Standing.FULL);
    PeerId gone = new PeerId("gone");
    enter(parent);
    enter(streaming(CHILD, "child", Standing.NONE));
    PeerRecord child = streaming(CHILD, "child", Standing.MESH);
    Committed committed = graph().peers().commit(child, List.of(parent.id(), gone));
    assertThat(committed).isEqualTo(new Committed(Saved.DONE, List.of(parent.id())));
    assertThat(candidate(parent).children()).isEqualTo(1);
    assertThat(graph().peers().commit(child, List.of(gone)).parents()).isEmpty();
    assertThat(candidate(parent).children()).isEqualTo(1);
  }

  @Test
  default void whoHasEndedTakesNothingFromItsParents() {
    PeerRecord parent = holder(PARENT, "parent", Standing.FULL);
    enter(parent);
    PeerRecord failed =
        record(CHILD, "c", Standing.NONE, PeerState.FAILED, Optional.of(LONG), "stream-c");
    for (PeerRecord end : List.of(holder(CHILD, "c", Standing.FULL), failed)) {
      enter(streaming(CHILD, "c", Standing.NONE));
      graph().peers().commit(streaming(CHILD, "c", Standing.MESH), List.of(parent.id()));
      assertThat(candidate(parent).children()).isEqualTo(1);
      graph().peers().save(end);
      assertThat(candidate(parent).children()).isZero();
    }
  }

  @Test
  default void aPeerIsReadBackAsItWasWritten() {
    PeerRecord written = streaming(PARENT, "whole", Standing.PARTIAL);
    enter(written);
    PeerRecord read = graph().peers().find(TASK, written.id()).orElseThrow();
    assertThat(read.host()).isEqualTo(written.host());
    assertThat(read.pieces()).isEqualTo(written.pieces());
    assertThat(read.state()).isEqualTo(written.state());
    assertThat(read.standing()).isEqualTo(written.standing());
    assertThat(read.createdAt()).isEqualTo(written.createdAt());
    assertThat(graph().peers().find(TASK, new PeerId("nobody"))).isEmpty();
  }

  @Test
  default void deletingAHostDeletesItsPeersOfManyTasks() {
    enter(streaming(PARENT, "mine", Standing.FULL));
    PeerRecord other = holder(CHILD, "other", Standing.FULL);
    enter(other);
    graph().peers().deleteHost(PARENT.id(), List.of(TASK, Samples.task('e')));
    assertThat(offered()).containsExactly(other.id());
    graph().peers().delete(TASK, other.id());
    assertThat(offered()).isEmpty();
  }

  @Test
  default void piecesAreKeptWithTheirDigests() {
    graph().tasks().savePieces(TASK, List.of(Samples.piece(1), Samples.piece(0)));
    assertThat(graph().tasks().pieces(TASK)).containsExactly(Samples.piece(0), Samples.piece(1));
  }

  @Test
  default void listenersHearThatTheSubscriptionStandsAndThenOfChanges() throws Exception {
    Semaphore heard = new Semaphore(0);
    try (TaskNews.Subscription ignored = graph().news().subscribe(TASK, heard::release)) {
      assertThat(heard.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
      PeerRecord reader = streaming(PARENT, "new", Standing.FULL);
      enter(reader);
      assertThat(heard.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
      reads(reader, Samples.facts(2));
      assertThat(heard.tryAcquire(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  default void manyWritersOfOneTaskLeaveACompleteIndex() throws Exception {
    int writers = 8;
    CountDownLatch done = new CountDownLatch(writers);
    for (int w = 0; w < writers; w++) {
      int own = w;
      Threads.virtual(
          "writer-" + w,
          () -> {
            for (int i = 0; i < 20; i++) {
              String name = own + "-" + i;
              enter(holder(Samples.host("h-" + name), name, Standing.FULL));
            }
            done.countDown();
          });
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(look().peerCount()).isEqualTo(160);
  }

  private static PeerRecord owned(String owner) {
    return record(PARENT, "p", Standing.PARTIAL, PeerState.RUNNING, Optional.of(LONG), owner);
  }

  private static PeerRecord leased(Host host, String name, Duration lease) {
    Optional<Duration> until = Optional.of(lease);
    return record(host, name, Standing.PARTIAL, PeerState.RUNNING, until, "stream-" + name);
  }
}
