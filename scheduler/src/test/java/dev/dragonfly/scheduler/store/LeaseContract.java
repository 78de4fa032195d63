package dev.dragonfly.scheduler.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.scheduler.resource.SeedStatus;
import dev.dragonfly.scheduler.testing.Samples;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rights that lapse. */
interface LeaseContract extends GraphUnderTest {
  PeerId A = new PeerId("a");
  PeerId B = new PeerId("b");

  @Test
  default void oneAsksTheSeedsAtATimeAndALateOneIsFencedOff() throws Exception {
    LeaseStore leases = graph().leases();
    Host seed = Samples.seed("seed", 4001);
    long first = leases.acquireSeed(TASK, SHORT).orElseThrow();
    assertThat(leases.acquireSeed(TASK, SHORT)).isEmpty();
    assertThat(leases.renewSeed(TASK, first, seed.id(), SHORT)).isTrue();
    assertThat(look().seedHostId()).isEqualTo(seed.id().value());
    pass(SHORT);
    long second = leases.acquireSeed(TASK, LONG).orElseThrow();
    assertThat(second).isGreaterThan(first);
    assertThat(leases.renewSeed(TASK, first, seed.id(), LONG)).isFalse();
    leases.finishSeed(TASK, first, Duration.ZERO);
    assertThat(look().seed()).isEqualTo(SeedStatus.RUNNING);
    leases.finishSeed(TASK, second, LONG);
    assertThat(look().seed()).isEqualTo(SeedStatus.EXHAUSTED);
    assertThat(leases.acquireSeed(TASK, LONG)).isEmpty();
  }

  @Test
  default void slotsAreLimitedAndLapse() throws Exception {
    LeaseStore leases = graph().leases();
    long first = leases.claimSlot(TASK, A, 1, SHORT).orElseThrow();
    assertThat(leases.claimSlot(TASK, A, 1, SHORT)).hasValue(first);
    assertThat(leases.claimSlot(TASK, B, 1, SHORT)).isEmpty();
    assertThat(look().sourceReaders()).containsExactly(A);
    pass(SHORT);
    assertThat(look().sourceReaders()).isEmpty();
    assertThat(leases.claimSlot(TASK, B, 1, LONG).orElseThrow()).isGreaterThan(first);
    leases.releaseSlot(TASK, B);
    assertThat(leases.claimSlot(TASK, A, 1, LONG).orElseThrow()).isGreaterThan(first);
  }

  @Test
  default void everySlotHasAnEpochOfItsOwn() {
    LeaseStore leases = graph().leases();
    long a = leases.claimSlot(TASK, A, 2, LONG).orElseThrow();
    long b = leases.claimSlot(TASK, B, 2, LONG).orElseThrow();
    leases.releaseSlot(TASK, A);
    long again = leases.claimSlot(TASK, A, 2, LONG).orElseThrow();
    assertThat(a).isLessThan(b);
    assertThat(b).isLessThan(again);
  }
}
