package dev.dragonfly.scheduler.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How often a stream may look at the graph, and be sent to the source. */
class PacesTest {
  private final ManualTime time = new ManualTime();

  @Test
  void aFewLooksAreFreeAndThenOneComesEachInterval() {
    LookBudget budget = new LookBudget(time, Duration.ofSeconds(1));
    for (int i = 0; i < 8; i++) {
      assertThat(budget.take()).isZero();
    }
    assertThat(budget.take()).isEqualTo(Duration.ofSeconds(1));
    time.advance(Duration.ofMillis(600));
    assertThat(budget.take()).isEqualTo(Duration.ofMillis(400));
    time.advance(Duration.ofMillis(400));
    assertThat(budget.take()).isZero();
    assertThat(budget.take()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aQuietStreamHasItsFreeLooksAgain() {
    LookBudget budget = new LookBudget(time, Duration.ofSeconds(1));
    for (int i = 0; i < 8; i++) {
      budget.take();
    }
    time.advance(Duration.ofHours(1));
    for (int i = 0; i < 8; i++) {
      assertThat(budget.take()).isZero();
    }
    assertThat(budget.take()).isPositive();
  }

  @Test
  void thePausesBetweenTripsToTheSourceDoubleUpToHalfAMinute() {
    SourcePace pace = new SourcePace(time);
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      assertThat(pace.allows()).isTrue();
      pace.sent();
      long waited = 0;
      while (!pace.allows()) {
        time.advance(Duration.ofSeconds(1));
        waited++;
      }
      pauses.add(waited);
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L);
  }
}
