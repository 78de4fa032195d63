package dev.dragonfly.manager.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

final class SignInGateTest {
  private static final String HERE = "10.0.0.1";

  private final ManualTime time = new ManualTime();
  private final SignInGate gate = new SignInGate(time, time);

  @Test
  void tenWrongPasswordsAreAnsweredAtOnce() {
    for (int i = 0; i < 10; i++) {
      assertThat(gate.check(HERE, () -> false)).isFalse();
    }
  }

  @Test
  void theNextWrongOneIsAnsweredAfterAPauseAndARightOneAtOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      gate.check(HERE, () -> false);
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch checked = new CountDownLatch(1);
      Future<Boolean> wrong =
          threads.submit(() ->
              gate.check(
                  HERE,
                  () -> {
                    checked.countDown();
                    return false;
                  }));
      assertThat(checked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(gate.check(HERE, () -> true)).isTrue();
      while (!wrong.isDone()) {
        assertThat(time.now()).isBefore(Instant.EPOCH.plus(Duration.ofDays(100_000)));
        time.advance(Duration.ofSeconds(3));
        Thread.onSpinWait();
      }
      assertThat(wrong.get()).isFalse();
    }
  }

  @Test
  void timeGivesAttemptsBack() {
    for (int i = 0; i < 10; i++) {
      gate.check(HERE, () -> false);
    }
    time.advance(Duration.ofSeconds(6));
    assertThat(gate.check(HERE, () -> false)).isFalse();
  }

  @Test
  void anAddressThatFillsItsPlacesBlocksOnlyItself() throws Exception {
    CountDownLatch inside = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> calls = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        calls.add(
            threads.submit(() ->
                gate.check(
                    HERE,
                    () -> {
                      inside.countDown();
                      return await(end);
                    })));
      }
      assertThat(inside.await(10, TimeUnit.SECONDS)).isTrue();
      // 32 are inside once a further one is refused; until then a further one takes a place too,
      // and
      // may be faster than the last of the first.
      assertThat(refused(threads)).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED);
      Future<Boolean> elsewhere = threads.submit(() -> gate.check("10.0.0.2", () -> true));
      end.countDown();
      assertThat(elsewhere.get(10, TimeUnit.SECONDS)).isTrue();
      for (Future<Boolean> call : calls) {
        assertThat(isRightOrRefused(call)).isTrue();
      }
    }
  }

  private static boolean isRightOrRefused(Future<Boolean> call) throws Exception {
    try {
      return call.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause() instanceof DragonflyException known
          && known.code() == ErrorCode.RESOURCE_EXHAUSTED;
    }
  }

  private ErrorCode refused(ExecutorService threads) throws Exception {
    for (int i = 0; i < 33; i++) {
      Future<Boolean> further = threads.submit(() -> gate.check(HERE, () -> true));
      try {
        further.get(100, TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof DragonflyException known) {
          return known.code();
        }
        throw e;
      } catch (TimeoutException e) {
        // It found a place; the next one may not.
      }
    }
    throw new AssertionError("nobody was refused");
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
