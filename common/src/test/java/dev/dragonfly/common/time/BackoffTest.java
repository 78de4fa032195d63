package dev.dragonfly.common.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMillis(700);

  @Test
  void pausesDoubleUpToTheLongestAndAreShortenedByAtMostHalf() {
    Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));

    for (int step : new int[] {100, 200, 400, 700, 700}) {
      assertThat(backoff.next()).isBetween(Duration.ofMillis(step / 2), Duration.ofMillis(step));
    }
  }

  @Test
  void beginsAnewAfterSuccess() {
    Backoff backoff = new Backoff(FIRST, LONGEST, new Random(2));
    backoff.next();
    backoff.next();

    backoff.reset();

    assertThat(backoff.next()).isBetween(FIRST.dividedBy(2), FIRST);
  }

  @Test
  void thoseWhoFailedTogetherComeBackApart() {
    Set<Duration> pauses = new HashSet<>();
    for (int seed = 0; seed < 100; seed++) {
      pauses.add(new Backoff(FIRST, LONGEST, new Random(seed)).next());
    }

    assertThat(pauses).hasSizeGreaterThan(90);
  }

  @Test
  void aFirstPauseAboveTheLongestIsTheLongest() {
    Backoff backoff = new Backoff(Duration.ofSeconds(9), FIRST, new Random(3));

    assertThat(backoff.next()).isLessThanOrEqualTo(FIRST);
  }

  @Test
  void refusesPausesThatAreNone() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, LONGEST, new Random(4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("positive");
  }
}
