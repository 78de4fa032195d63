package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.scheduler.session.SessionFixture.Talk;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What many peers of one task cost. */
class CrowdTest {
  private static final int PEERS = 500;
  private static final int MOST_LOOKS_OF_EACH = 20;

  private final SessionFixture fixture = new SessionFixture();

  @Test
  void peersThatArriveByTheHundredDoNotWakeEachOtherForEveryNewcomer() {
    fixture.announce(Samples.host("reader"));
    fixture.talk(Samples.host("reader"), "reader").register().readsSource(Samples.facts(9));
    List<Talk> peers = new ArrayList<>();
    for (int i = 0; i < PEERS; i++) {
      Host host = Samples.host("h" + i);
      fixture.announce(host);
      peers.add(fixture.talk(host, "p" + i).register());
      fixture.time.advance(Duration.ofSeconds(10).dividedBy(PEERS));
    }
    fixture.time.advance(Duration.ofSeconds(10));
    assertThat(peers).allMatch(peer -> !peer.answers.isEmpty());
    assertThat(fixture.graph.calls("look")).isLessThan((long) PEERS * MOST_LOOKS_OF_EACH);
  }
}
