package dev.dragonfly.dfdaemon.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourceAttemptTest {
  private final ManualTime time = new ManualTime();
  private final AtomicLong bytes = new AtomicLong();
  private final ExecutorService here = new Here();
  private final SourceAttempt attempt =
      new SourceAttempt(new WakeUp(), time, bytes::get, new Random(3));

  @Test
  void nobodyAskedForIt() {
    assertThat(attempt.due()).isEmpty();
    assertThat(attempt.wasStarted()).isFalse();
  }

  @Test
  void whatBroughtNothingIsTriedAtMostOnceASecondAndLessAndLessOften() {
    int tries = 0;
    for (int tenth = 0; tenth < 10 * 60; tenth++) {
      attempt.ask("no help");
      if (attempt.due().isPresent()) {
        attempt.start(here, () -> {});
        tries++;
        assertThat(attempt.due()).isEmpty();
      }
      time.advance(Duration.ofMillis(100));
    }
    assertThat(tries).as("in a minute").isBetween(3, 7);
  }

  @Test
  void whatBroughtBytesMayGoOnAtOnce() {
    attempt.ask("told");
    attempt.start(here, () -> bytes.addAndGet(5));
    attempt.ask("told");
    assertThat(attempt.due()).contains("told");
  }

  @Test
  void aFailureIsKeptUntilTheNextTry() {
    attempt.ask("told");
    attempt.start(
        here,
        () -> {
          throw new DragonflyException(ErrorCode.SOURCE_NOT_FOUND, "404");
        });
    assertThat(attempt.failure())
        .map(DragonflyException::code)
        .contains(ErrorCode.SOURCE_NOT_FOUND);
    attempt.again("somebody else may be let in");
    assertThat(attempt.due()).isPresent();
    assertThat(attempt.failure()).isEmpty();
  }

  /** Runs everything at once, here. */
  private static final class Here extends AbstractExecutorService {
    @Override
    public void execute(Runnable command) {
      command.run();
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
      return List.of();
    }

    @Override
    public boolean isShutdown() {
      return false;
    }

    @Override
    public boolean isTerminated() {
      return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
      return true;
    }
  }
}
