package dev.dragonfly.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.store.memory.MemoryGraph;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HostDirectoryTest {
  private final ManualTime time = new ManualTime();
  private final HostStore store = new MemoryGraph(time).graph().hosts();
  private final Set<Host> believed = new HashSet<>();
  private final HostDirectory directory = new HostDirectory(store, time, believed::contains);
  private final Host seed = Samples.seed("seed", 4000);
  private final Host stranger = Samples.seed("stranger", 4001);

  @Test
  void onlyBelievedSeedsAreSeeds() {
    believed.add(seed);
    announce(seed);
    announce(stranger);
    assertThat(directory.seeds()).containsExactly(seed);
    assertThat(directory.find(seed.id())).contains(seed);
  }

  @Test
  void whoOnlyCallsHimselfASeedIsAnOrdinaryHost() {
    announce(stranger);
    assertThat(directory.find(stranger.id())).contains(stranger.ordinary());
    assertThat(stranger.ordinary().type().isSeed()).isFalse();
  }

  @Test
  void aSeedIsOneAsSoonAsItIsBelieved() {
    announce(seed);
    assertThat(directory.seeds()).isEmpty();
    believed.add(seed);
    directory.seedsChanged();
    assertThat(directory.seeds()).containsExactly(seed);
    assertThat(directory.find(seed.id())).contains(seed);
  }

  private void announce(Host host) {
    store.announce(host, Duration.ofHours(1));
    directory.announced(host);
  }
}
