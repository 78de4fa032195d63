package dev.dragonfly.scheduler.store;

import static dev.dragonfly.scheduler.store.GraphUnderTest.holder;
import static dev.dragonfly.scheduler.store.GraphUnderTest.streaming;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who sent wrong bytes is told by who got them, and it is a host. */
interface BlameContract extends GraphUnderTest {
  PeerRecord BAD = holder(Samples.host("bad"), "bad", Standing.FULL);
  Set<HostId> BLAMED = Set.of(BAD.host().id());

  @Test
  default void aChildBlamesItsParentOnceOnly() {
    enter(BAD);
    Host first = childOfBad("first");
    assertThat(blame(first)).isEmpty();
    assertThat(blame(first)).isEmpty();
    assertThat(candidate(BAD).blames()).isEqualTo(1);
    assertThat(blame(childOfBad("second"))).isEqualTo(BLAMED);
    assertThat(candidate(BAD).blames()).isEqualTo(2);
  }

  @Test
  default void theNextPeerOfTheHostIsNoBetter() {
    enter(BAD);
    blame(childOfBad("first"));
    PeerRecord next = holder(BAD.host(), "next", Standing.FULL);
    enter(next);
    assertThat(candidate(next).blames()).isEqualTo(1);
  }

  @Test
  default void whoDoesNotTakePartOrWasNeverItsChildCountsNothing() {
    enter(BAD);
    assertThat(blame(Samples.host("stranger"))).isEmpty();
    PeerRecord neighbour = streaming(Samples.host("neighbour"), "neighbour", Standing.NONE);
    enter(neighbour);
    assertThat(blame(neighbour.host())).isEmpty();
    assertThat(blame(BAD.host())).isEmpty();
    assertThat(candidate(BAD).blames()).isZero();
  }

  @Test
  default void aChildThatFailedMayStillSayWhoFedIt() {
    enter(BAD);
    Host child = childOfBad("child");
    graph().peers().delete(TASK, streaming(child, "child", Standing.NONE).id());
    blame(child);
    assertThat(candidate(BAD).blames()).isEqualTo(1);
  }

  @Test
  default void aReaderIsBlamedForWhatItSignedAndItsKeyIsDroppedForGood() {
    enter(BAD);
    reads(BAD, Samples.facts(2));
    assertThat(facts().readerKeys()).hasSize(1);
    for (String name : List.of("first", "second")) {
      PeerRecord reporter = streaming(Samples.host(name), name, Standing.NONE);
      enter(reporter);
      blame(reporter.host());
    }
    assertThat(facts().readerKeys()).isEmpty();
    reads(BAD, Samples.facts(2));
    assertThat(facts().readerKeys()).isEmpty();
    assertThat(candidate(BAD).blames()).isEqualTo(2);
  }

  private Host childOfBad(String name) {
    Host host = Samples.host(name);
    enter(streaming(host, name, Standing.NONE));
    graph().peers().commit(streaming(host, name, Standing.MESH), List.of(BAD.id()));
    return host;
  }

  private Set<HostId> blame(Host reporter) {
    return graph().peers().blame(TASK, reporter.id(), BLAMED, 2);
  }
}
