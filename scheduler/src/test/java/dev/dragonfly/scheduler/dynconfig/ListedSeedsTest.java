package dev.dragonfly.scheduler.dynconfig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.policy.PolicyText;
import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.scheduling.Limits;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which seeds are believed, and how soon. Looks run on the test's thread. */
class ListedSeedsTest {
  private static final Host SEED = Samples.seed("seed", 4000);
  private static final Cluster.Seed LISTED = new Cluster.Seed("seed", "127.0.0.1", 4000);

  private final ManualTime time = new ManualTime();
  private final ClusterLimits limits = new ClusterLimits(new Limits(8, 4, 64));
  private List<Cluster.Seed> atTheManager = List.of();
  private @Nullable DragonflyException away;
  private int looks;

  @Test
  void aSeedIsBelievedByNameAddressAndPortAsTheManagerListsIt() {
    ListedSeeds seeds = followed(List.of());
    atTheManager = List.of(LISTED, new Cluster.Seed("other", "127.0.0.1", 4001));
    time.advance(Duration.ofMinutes(1));
    assertThat(seeds.test(SEED)).isTrue();
    assertThat(seeds.test(Samples.seed("seed", 4001))).isFalse();
    assertThat(seeds.test(Samples.seed("stranger", 4000))).isFalse();
    assertThat(seeds.count()).isEqualTo(2);
  }

  @Test
  void aStrangerIsLookedForAtOnceAndThenAFewTimes() {
    ListedSeeds seeds = followed(List.of());
    time.advance(Duration.ofSeconds(5));
    looks = 0;
    assertThat(seeds.test(SEED)).isFalse();
    assertThat(seeds.test(SEED)).isFalse();
    assertThat(looks).as("at once, and not again for the same").isEqualTo(1);
    time.advance(Duration.ofSeconds(40));
    assertThat(looks).as("after 1, 2, 4 and 8 seconds").isEqualTo(5);
  }

  @Test
  void aSeedThatRegistersAfterItAnnouncedItselfIsFoundSecondsLater() {
    ListedSeeds seeds = followed(List.of());
    time.advance(Duration.ofSeconds(5));
    assertThat(seeds.test(SEED)).isFalse();
    atTheManager = List.of(LISTED);
    time.advance(Duration.ofSeconds(1));
    assertThat(seeds.test(SEED)).isTrue();
    assertThat(seeds.strangers()).isZero();
  }

  @Test
  void strangersWithManyNamesCostTheManagerOneLookASecond() {
    ListedSeeds seeds = followed(List.of());
    time.advance(Duration.ofSeconds(5));
    looks = 0;
    for (int i = 0; i < 10_000; i++) {
      assertThat(seeds.test(Samples.seed("stranger-" + i, 4000))).isFalse();
    }
    assertThat(looks).isEqualTo(1);
    assertThat(seeds.strangers()).isEqualTo(256);
    time.advance(Duration.ofSeconds(1));
    assertThat(looks).isEqualTo(2);
  }

  @Test
  void theLastListAndTheLastLimitsStayWhileTheManagerIsAway() {
    ListedSeeds seeds = followed(List.of());
    atTheManager = List.of(LISTED);
    time.advance(Duration.ofMinutes(1));
    away = new DragonflyException(ErrorCode.UNAVAILABLE, "away");
    time.advance(Duration.ofMinutes(10));
    assertThat(seeds.test(SEED)).isTrue();
    assertThat(limits.get().upstreamParents()).isEqualTo(3);
  }

  @Test
  void aSeedThatTheManagerNoLongerListsIsBelievedNoLonger() {
    ListedSeeds seeds = followed(List.of());
    atTheManager = List.of(LISTED);
    time.advance(Duration.ofMinutes(1));
    atTheManager = List.of();
    time.advance(Duration.ofMinutes(1));
    assertThat(seeds.test(SEED)).isFalse();
  }

  @Test
  void theConfigurationNamesPlaces() {
    assertThat(followed(List.of("127.0.0.1:4000")).test(SEED)).isTrue();
    assertThat(followed(List.of("localhost")).test(SEED)).isTrue();
    assertThat(followed(List.of("127.0.0.0/8")).test(SEED)).isTrue();
    assertThat(followed(List.of("127.0.0.1:4001", "10.0.0.0/8")).test(SEED)).isFalse();
  }

  @Test
  void everybodyIsBelievedWhereTheConfigurationSaysSo() {
    assertThat(new ListedSeeds(List.of(), true).test(SEED)).isTrue();
  }

  private ListedSeeds followed(List<String> addresses) {
    ListedSeeds seeds = new ListedSeeds(addresses, false);
    Supplier<Cluster> manager =
        () -> {
          looks++;
          if (away != null) {
            throw away;
          }
          return new Cluster(
              "{\"candidate_parent_limit\":3}", PolicyText.NONE, PolicyText.NONE, atTheManager);
        };
    ClusterRefresh refresh =
        new ClusterRefresh(
            Optional.of(manager), limits, seeds, Duration.ofMinutes(1), time, time, Runnable::run);
    seeds.listen(() -> {}, refresh::soon);
    refresh.start();
    return seeds;
  }
}
