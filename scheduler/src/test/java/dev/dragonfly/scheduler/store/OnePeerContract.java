package dev.dragonfly.scheduler.store;

import static dev.dragonfly.scheduler.store.GraphUnderTest.holder;
import static dev.dragonfly.scheduler.store.GraphUnderTest.record;
import static dev.dragonfly.scheduler.store.GraphUnderTest.reported;
import static dev.dragonfly.scheduler.store.GraphUnderTest.streaming;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.PeerStore.Held;
import dev.dragonfly.scheduler.store.PeerStore.Saved;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A host has one peer in a task, and what it has follows from its pieces. */
interface OnePeerContract extends GraphUnderTest {
  Host HOST = Samples.host("host");

  @Test
  default void twoHundredDownloadsOfOneHostLeaveOnePeerAndRoomForOthers() {
    for (int i = 0; i < 200; i++) {
      enter(streaming(HOST, "range-" + i, Standing.NONE));
      graph().peers().save(holder(HOST, "range-" + i, Standing.PARTIAL));
    }
    for (int i = 0; i < 4; i++) {
      enter(holder(Samples.host("other-" + i), "other-" + i, Standing.PARTIAL));
    }
    assertThat(look().peerCount()).isEqualTo(5);
    assertThat(look().candidates())
        .extracting(candidate -> candidate.host().id())
        .doesNotHaveDuplicates()
        .hasSize(5);
    assertThat(graph().peers().find(TASK, holder(HOST, "range-0", Standing.NONE).id())).isEmpty();
    assertThat(candidate(holder(HOST, "range-199", Standing.PARTIAL)).pieceCount()).isEqualTo(2);
  }

  @Test
  default void ofTwoLiveStreamsOfAHostTheOneWithMoreIsOffered() {
    PeerRecord reader = streaming(HOST, "reader", Standing.FULL);
    enter(reader);
    enter(streaming(HOST, "second", Standing.NONE));
    assertThat(offered()).containsExactly(reader.id());
    PeerRecord second = streaming(HOST, "second", Standing.PARTIAL);
    graph().peers().save(second);
    assertThat(offered()).containsExactly(reader.id());
    assertThat(graph().peers().save(reader)).isEqualTo(Saved.DONE);

    graph().peers().save(failed("reader"));
    graph().peers().save(second);
    assertThat(offered()).containsExactly(second.id());
  }

  @Test
  default void ofEqualStreamsTheLatestRegisterIsOffered() {
    enter(streaming(HOST, "first", Standing.PARTIAL));
    PeerRecord second = streaming(HOST, "second", Standing.PARTIAL);
    enter(second);
    graph().peers().save(streaming(HOST, "first", Standing.PARTIAL));
    assertThat(offered()).containsExactly(second.id());
  }

  @Test
  default void aRegisterReplacesWhatIsLeftOfEarlierDownloads() {
    enter(holder(HOST, "whole", Standing.FULL));
    // Its disk is empty now: what it had before is not true any more.
    enter(streaming(HOST, "fresh", Standing.NONE));
    assertThat(offered()).isEmpty();
    assertThat(graph().peers().find(TASK, holder(HOST, "whole", Standing.FULL).id())).isEmpty();
  }

  @Test
  default void anEarlierStreamThatEndsWithLessDoesNotReplaceAHolder() {
    enter(streaming(HOST, "early", Standing.PARTIAL));
    enter(streaming(HOST, "late", Standing.NONE));
    PeerRecord whole = holder(HOST, "late", Standing.FULL);
    graph().peers().save(whole);
    graph().peers().save(holder(HOST, "early", Standing.PARTIAL));
    assertThat(offered()).containsExactly(whole.id());
  }

  @Test
  default void whatAHostReportsReplacesGhostsAndNeverALiveStream() {
    PeerRecord ghost = holder(HOST, "ghost", Standing.FULL);
    enter(ghost);
    PeerRecord held = reported(HOST, "held");
    hold(held);
    assertThat(offered()).containsExactly(held.id());
    assertThat(graph().peers().find(TASK, ghost.id())).isEmpty();

    PeerRecord live = streaming(HOST, "live", Standing.PARTIAL);
    enter(live);
    hold(held);
    assertThat(offered()).containsExactly(live.id());
    hold(reported(HOST, "live"));
    assertThat(graph().peers().find(TASK, live.id()).orElseThrow().owner()).isEqualTo(live.owner());
  }

  @Test
  default void nobodySpeaksForAPeerOfAnotherHost() {
    PeerRecord peer = holder(HOST, "peer", Standing.FULL);
    enter(peer);
    Host thief = Samples.host("thief");
    hold(reported(thief, "peer"));
    enter(streaming(thief, "peer", Standing.NONE));
    assertThat(graph().peers().save(streaming(thief, "peer", Standing.PARTIAL)))
        .isEqualTo(Saved.SUPERSEDED);
    assertThat(candidate(peer).host()).isEqualTo(HOST);
    assertThat(candidate(peer).standing()).isEqualTo(Standing.FULL);
  }

  @Test
  default void aStreamSpeaksForAPeerThatItsHostReportedMeanwhile() {
    hold(reported(HOST, "peer"));
    PeerRecord live = streaming(HOST, "peer", Standing.PARTIAL);
    assertThat(graph().peers().save(live)).isEqualTo(Saved.DONE);
    assertThat(candidate(live).standing()).isEqualTo(Standing.PARTIAL);
  }

  @Test
  default void aCompleteReportRetiresWhatItDoesNotNameButNoLiveStreamAndNothingNewer() {
    PeerStore peers = graph().peers();
    Instant past = Instant.EPOCH.minus(LONG);
    Instant future = Instant.ofEpochMilli(9_000_000_000_000L);
    PeerRecord ghost = holder(HOST, "ghost", Standing.FULL);
    enter(ghost);
    peers.retire(HOST.id(), List.of(TASK), past);
    assertThat(offered()).containsExactly(ghost.id());
    peers.retire(HOST.id(), List.of(TASK), future);
    assertThat(offered()).isEmpty();
    assertThat(graph().hosts().tasks(HOST.id())).isEmpty();

    PeerRecord live = streaming(HOST, "live", Standing.PARTIAL);
    enter(live);
    peers.retire(HOST.id(), List.of(TASK), future);
    assertThat(offered()).containsExactly(live.id());
    assertThat(graph().hosts().tasks(HOST.id())).containsExactly(TASK);
  }

  @Test
  default void whoSaysThatItHoldsEverythingHasToHoldEveryPiece() {
    PeerRecord liar = holder(HOST, "liar", Standing.FULL);
    enter(liar);
    reads(streaming(Samples.host("reader"), "reader", Standing.NONE), Samples.facts(3));
    graph().peers().save(liar);
    assertThat(candidate(liar).standing()).isEqualTo(Standing.PARTIAL);
    assertThat(candidate(liar).finished()).isFalse();
    hold(reported(HOST, "liar"));
    assertThat(look().candidates())
        .extracting(Candidate::standing)
        .containsExactly(Standing.PARTIAL);
  }

  private void hold(PeerRecord peer) {
    graph().peers().hold(List.of(new Held(SPEC, TaskFacts.NONE, peer, false)));
  }

  private static PeerRecord failed(String name) {
    return record(HOST, name, Standing.NONE, PeerState.FAILED, Optional.of(LONG), "stream-" + name);
  }
}
