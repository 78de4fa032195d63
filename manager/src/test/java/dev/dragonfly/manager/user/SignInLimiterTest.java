package dev.dragonfly.manager.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SignInLimiterTest {
  private final ManualTime time = new ManualTime();
  private final SignInLimiter limiter = new SignInLimiter(time);

  @Test
  void afterTenWrongPasswordsTheEleventhIsNotEvenLookedAt() {
    for (int i = 0; i < 10; i++) {
      assertThat(attempt("root", false)).isTrue();
    }
    assertThat(attempt("root", true)).isFalse();
  }

  @Test
  void anotherNameHasItsOwnAttempts() {
    for (int i = 0; i < 11; i++) {
      attempt("root", false);
    }
    assertThat(attempt("jane", true)).isTrue();
  }

  @Test
  void timeGivesAttemptsBackOneByOne() {
    for (int i = 0; i < 10; i++) {
      attempt("root", false);
    }
    time.advance(Duration.ofSeconds(6));
    assertThat(attempt("root", false)).isTrue();
    assertThat(attempt("root", false)).isFalse();
  }

  @Test
  void successMakesUpForTheAttemptsBefore() {
    for (int i = 0; i < 9; i++) {
      attempt("root", false);
    }
    attempt("root", true);
    for (int i = 0; i < 10; i++) {
      assertThat(attempt("root", false)).isTrue();
    }
  }

  @Test
  void onlyFourPasswordsAreCheckedAtOnce() {
    for (int i = 0; i < 4; i++) {
      assertThat(limiter.enter("10.0.0." + i, "root")).isTrue();
    }
    assertThat(limiter.enter("10.0.0.9", "root")).isFalse();
    limiter.leave("10.0.0.0", "root", true);
    assertThat(limiter.enter("10.0.0.9", "root")).isTrue();
  }

  private boolean attempt(String name, boolean success) {
    boolean entered = limiter.enter("10.0.0.1", name);
    if (entered) {
      limiter.leave("10.0.0.1", name, success);
    }
    return entered;
  }
}
