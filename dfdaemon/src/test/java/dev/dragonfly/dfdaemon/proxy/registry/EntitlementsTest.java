package dev.dragonfly.dfdaemon.proxy.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class EntitlementsTest {
  private static final Entitlements.Holder ALICE = holder("a", "r/x");
  private static final Entitlements.Holder ALICE_ELSEWHERE = holder("a", "r/y");
  private static final Entitlements.Holder BOB = holder("b", "r/x");

  private final ManualTime time = new ManualTime();
  private final Entitlements entitlements = new Entitlements(time, 3);

  private static Entitlements.Holder holder(String caller, String scope) {
    return new Entitlements.Holder(new Caller.Key(caller), scope);
  }

  @Test
  void aGrantIsForOneCallerInOneRepositoryAndOneContent() {
    entitlements.grant(ALICE, "1");
    assertThat(entitlements.holds(ALICE, "1")).isTrue();
    assertThat(entitlements.holds(ALICE, "2")).isFalse();
    assertThat(entitlements.holds(ALICE_ELSEWHERE, "1")).isFalse();
    assertThat(entitlements.holds(BOB, "1")).isFalse();
  }

  @Test
  void aGrantEndsAfterItsLifetime() {
    entitlements.grant(ALICE, "1");
    time.advance(Entitlements.LIFETIME.minus(Duration.ofMillis(1)));
    assertThat(entitlements.holds(ALICE, "1")).isTrue();
    time.advance(Duration.ofMillis(1));
    assertThat(entitlements.holds(ALICE, "1")).isFalse();
  }

  @Test
  void whoIsRefusedLosesAllThatHeHadInThatRepository() {
    entitlements.grant(ALICE, "1");
    entitlements.grant(ALICE, "2");
    entitlements.grant(BOB, "1");
    entitlements.revoke(ALICE);
    assertThat(entitlements.holds(ALICE, "1")).isFalse();
    assertThat(entitlements.holds(ALICE, "2")).isFalse();
    assertThat(entitlements.holds(BOB, "1")).isTrue();
    assertThat(entitlements.size()).isEqualTo(1);
  }

  @Test
  void whoWasGrantedNothingForTheLongestTimeLosesWhatHeHasWhenItIsFull() {
    entitlements.grant(ALICE, "1");
    entitlements.grant(BOB, "1");
    entitlements.grant(ALICE, "2");
    entitlements.grant(ALICE_ELSEWHERE, "1");
    assertThat(entitlements.holds(BOB, "1")).isFalse();
    assertThat(entitlements.holds(ALICE, "1")).isTrue();
    assertThat(entitlements.size()).isEqualTo(3);
  }
}
