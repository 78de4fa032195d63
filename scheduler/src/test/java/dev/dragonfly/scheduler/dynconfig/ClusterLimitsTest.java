package dev.dragonfly.scheduler.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.scheduler.scheduling.Limits;
import org.junit.jupiter.api.Test;

/** Limits that the manager changes. */
class ClusterLimitsTest {
  private static final Limits OWN = new Limits(8, 4, 64);

  @Test
  void theClusterChangesWhatUpstreamPeersGetAndNeverLowersOurs() {
    ClusterLimits limits = new ClusterLimits(OWN);
    limits.apply("{\"candidate_parent_limit\":3,\"filter_parent_limit\":15}");
    assertThat(limits.get()).isEqualTo(new Limits(8, 3, 64));
    limits.apply("{\"candidate_parent_limit\":12,\"filter_parent_limit\":200}");
    assertThat(limits.get()).isEqualTo(new Limits(12, 12, 200));
  }

  @Test
  void nonsenseChangesNothing() {
    ClusterLimits limits = new ClusterLimits(OWN);
    limits.apply("");
    limits.apply("not json");
    limits.apply("{\"candidate_parent_limit\":-4}");
    assertThat(limits.get()).isEqualTo(OWN);
  }
}
