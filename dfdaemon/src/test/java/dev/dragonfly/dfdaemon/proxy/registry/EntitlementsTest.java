package dev.dragonfly.dfdaemon.proxy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class EntitlementsTest {
  private static final Caller ALICE = Caller.of(Optional.of("Bearer a"), Optional.empty());
  private static final Caller BOB = Caller.of(Optional.of("Bearer b"), Optional.empty());
  private static final Caller NOBODY = Caller.of(Optional.empty(), Optional.empty());

  private final ManualTime time = new ManualTime();
  private final Entitlements entitlements = new Entitlements(time, 3);

  @Test
  void aGrantIsForOneCallerAndOneScope() {
    entitlements.grant(ALICE, "r/a");
    assertThat(entitlements.holds(ALICE, "r/a")).isTrue();
    assertThat(entitlements.holds(ALICE, "r/b")).isFalse();
    assertThat(entitlements.holds(BOB, "r/a")).isFalse();
    assertThat(entitlements.holds(NOBODY, "r/a")).isFalse();
  }

  @Test
  void aGrantEndsAfterItsLifetime() {
    entitlements.grant(ALICE, "r/a");
    time.advance(Entitlements.LIFETIME.minus(Duration.ofMillis(1)));
    assertThat(entitlements.holds(ALICE, "r/a")).isTrue();
    time.advance(Duration.ofMillis(1));
    assertThat(entitlements.holds(ALICE, "r/a")).isFalse();
    assertThat(entitlements.size()).isZero();
  }

  @Test
  void theOldestGoesWhenItIsFull() {
    entitlements.grant(ALICE, "1");
    entitlements.grant(ALICE, "2");
    entitlements.grant(ALICE, "3");
    entitlements.grant(ALICE, "1");
    entitlements.grant(ALICE, "4");
    assertThat(entitlements.holds(ALICE, "2")).isFalse();
    assertThat(entitlements.holds(ALICE, "1")).isTrue();
    assertThat(entitlements.size()).isEqualTo(3);
  }

  @Test
  void whatSomebodyProvesHimselfWithIsNotKept() {
    assertThat(ALICE.toString()).doesNotContain("Bearer");
    assertThat(ALICE).isEqualTo(Caller.of(Optional.of("Bearer a"), Optional.empty()));
    assertThat(ALICE).isNotEqualTo(Caller.of(Optional.of("Bearer a"), Optional.of("c=1")));
  }
}
