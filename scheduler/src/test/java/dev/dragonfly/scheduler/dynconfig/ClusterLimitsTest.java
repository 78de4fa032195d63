package dev.dragonfly.scheduler.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.scheduling.Limits;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
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

  @Test
  void theLastValuesStayWhileTheManagerIsAway() {
    ManualTime time = new ManualTime();
    AtomicReference<String> answer = new AtomicReference<>("{\"candidate_parent_limit\":2}");
    try (ClusterLimits limits = new ClusterLimits(OWN)) {
      limits.follow(
          () -> {
            String text = String.valueOf(answer.get());
            if (text.isEmpty()) {
              throw new DragonflyException(ErrorCode.UNAVAILABLE, "the manager is away");
            }
            return text;
          },
          Duration.ofMinutes(1),
          time,
          Runnable::run);
      assertThat(limits.get().upstreamParents()).isEqualTo(2);
      answer.set("");
      time.advance(Duration.ofMinutes(1));
      assertThat(limits.get().upstreamParents()).isEqualTo(2);
      answer.set("{\"candidate_parent_limit\":6}");
      time.advance(Duration.ofMinutes(1));
      assertThat(limits.get().upstreamParents()).isEqualTo(6);
    }
  }
}
