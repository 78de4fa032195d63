package dev.dragonfly.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The timers of the system, and those that tests move by hand. */
final class TimersTest {
  @Test
  void anActionThatThrowsRunsAgain() throws InterruptedException {
    CountDownLatch runs = new CountDownLatch(3);
    try (SystemTimers timers = new SystemTimers("test-timers")) {
      timers.every(
          Duration.ofMillis(1),
          () -> {
            runs.countDown();
            throw new IllegalStateException("again");
          });

      assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void oneThreadRunsAllActionsInTheOrderOfTheirTime() throws InterruptedException {
    List<String> order = new ArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    try (SystemTimers timers = new SystemTimers("test-timers")) {
      timers.after(
          Duration.ofMillis(40),
          () -> {
            order.add("second");
            done.countDown();
          });
      timers.after(Duration.ofMillis(1), () -> order.add("first"));

      assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(order).containsExactly("first", "second");
  }

  @Test
  void aCancelledTimerDoesNotRun() throws InterruptedException {
    CountDownLatch later = new CountDownLatch(1);
    List<String> runs = new ArrayList<>();
    try (SystemTimers timers = new SystemTimers("test-timers")) {
      Timers.Timer cancelled = timers.after(Duration.ofMillis(5), () -> runs.add("cancelled"));
      cancelled.cancel();
      cancelled.cancel();
      timers.after(Duration.ofMillis(20), later::countDown);

      assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(runs).isEmpty();
  }

  @Test
  void manualTimeRunsWhatBecomesDueAtItsTime() {
    ManualTime time = new ManualTime();
    List<Long> seconds = new ArrayList<>();
    time.after(Duration.ofSeconds(5), () -> seconds.add(time.now().getEpochSecond()));
    Timers.Timer every =
        time.every(Duration.ofSeconds(2), () -> seconds.add(time.now().getEpochSecond()));

    time.advance(Duration.ofSeconds(6));
    every.cancel();
    time.advance(Duration.ofSeconds(6));

    assertThat(seconds).containsExactly(2L, 4L, 5L, 6L);
    assertThat(time.now()).isEqualTo(Instant.ofEpochSecond(12));
    assertThat(time.pendingTimers()).isZero();
  }

  @Test
  void manualTimeRunsWhatIsSetOnTheWay() {
    ManualTime time = new ManualTime();
    List<Long> seconds = new ArrayList<>();
    time.after(
        Duration.ofSeconds(1),
        () -> time.after(Duration.ofSeconds(1), () -> seconds.add(time.now().getEpochSecond())));

    time.advance(Duration.ofSeconds(3));

    assertThat(seconds).containsExactly(2L);
  }
}
