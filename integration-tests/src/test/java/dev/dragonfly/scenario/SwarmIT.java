package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.SwarmCheck;
import dev.dragonfly.cluster.TestOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When the seed gives little, the peers give each other the rest. */
@ExtendWith(SharedCluster.Mortal.class)
class SwarmIT {
  private static final long LENGTH = 64 << 20;

  @Test
  void withASlowSeedMostBytesComeFromOrdinaryPeers(LocalCluster cluster) {
    try (TestOrigin origin = new TestOrigin()) {
      SwarmCheck.Result result = new SwarmCheck(cluster).run(origin.file("/swarm", LENGTH));

      assertThat(result.sha256()).isEqualTo(origin.sha256("/swarm"));
      assertThat(result.originBytes()).isEqualTo(LENGTH);
      assertThat(result.peerBytes()).isGreaterThanOrEqualTo(result.deliveredBytes() / 2);
    }
  }
}
