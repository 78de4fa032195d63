package dev.dragonfly.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  void oneNamedThreadRunsAllActions() throws InterruptedException {
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    try (SystemTimers timers = new SystemTimers("test-timers")) {
      timers.after(Duration.ZERO, () -> threads.add(Thread.currentThread().getName()));
      timers.every(Duration.ofMillis(1), () -> threads.add(Thread.currentThread().getName()));

      for (int i = 0; i < 3; i++) {
        assertThat(threads.poll(10, TimeUnit.SECONDS)).isEqualTo("test-timers-0");
      }
    }
  }

  @Test
  void aCancelledTimerBeginsNoFurtherRun() throws InterruptedException {
    AtomicInteger runs = new AtomicInteger();
    CountDownLatch first = new CountDownLatch(1);
    try (SystemTimers timers = new SystemTimers("test-timers")) {
      Timers.Timer timer =
          timers.every(
              Duration.ofMillis(1),
              () -> {
                runs.incrementAndGet();
                first.countDown();
              });
      assertThat(first.await(10, TimeUnit.SECONDS)).isTrue();

      timer.cancel();
      timer.cancel();
      awaitTurn(timers, Duration.ZERO);
      int before = runs.get();
      awaitTurn(timers, Duration.ofMillis(20));

      assertThat(runs).hasValue(before);
    }
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

  /** Returns when the one thread has run what was due before. */
  private static void awaitTurn(Timers timers, Duration delay) throws InterruptedException {
    CountDownLatch turn = new CountDownLatch(1);
    timers.after(delay, turn::countDown);
    assertThat(turn.await(10, TimeUnit.SECONDS)).isTrue();
  }
}
