package dev.dragonfly.scheduler.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.HostType;
import dev.dragonfly.common.policy.Intent;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.scheduler.scheduling.Limits;
import java.util.List;
import java.util.Optional;
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
  void blockListsAndLoadLimitsAreThoseOfTheTypeOfHost() {
    ClusterLimits limits = new ClusterLimits(OWN);
    limits.apply(
        new Cluster(
            "{\"candidate_parent_limit\":3}",
            policy("of-peers", 7),
            policy("of-seeds", 9),
            List.of()));
    assertThat(limits.get()).isEqualTo(new Limits(8, 3, 64, 7, 9));
    assertThat(limits.blocks(HostType.NORMAL).ruleAgainst(tagged("of-peers"))).isPresent();
    assertThat(limits.blocks(HostType.NORMAL).ruleAgainst(tagged("of-seeds"))).isEmpty();
    assertThat(limits.blocks(HostType.SUPER_SEED).ruleAgainst(tagged("of-seeds"))).isPresent();
    limits.apply(new Cluster("{}", PolicyText.NONE, PolicyText.NONE, List.of()));
    assertThat(limits.get()).isEqualTo(OWN);
    assertThat(limits.blocks(HostType.NORMAL).ruleAgainst(tagged("of-peers"))).isEmpty();
  }

  private static PolicyText policy(String blockedTag, int load) {
    return new PolicyText(
        "{\"block_list\":{\"task\":{\"download\":{\"tags\":[\"%s\"]}}}}".formatted(blockedTag),
        "{\"load_limit\":%d}".formatted(load));
  }

  private static Intent tagged(String tag) {
    return new Intent(TaskKind.STANDARD, "http://h/x", Optional.empty(), Optional.of(tag), 0);
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
