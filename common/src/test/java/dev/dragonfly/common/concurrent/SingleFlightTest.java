package dev.dragonfly.common.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SingleFlightTest {
  private final SingleFlight<String, Integer> flight = new SingleFlight<>();

  @Test
  void whoAsksWhileAnActionRunsGetsItsResult() {
    CompletableFuture<Integer> action = new CompletableFuture<>();

    CompletableFuture<Integer> first = flight.run("a", () -> action);
    CompletableFuture<Integer> second = flight.run("a", () -> CompletableFuture.completedFuture(2));
    action.complete(1);

    assertThat(first).isCompletedWithValue(1);
    assertThat(second).isCompletedWithValue(1);
  }

  @Test
  void whoAsksAfterwardsStartsAnew() {
    flight.run("a", () -> CompletableFuture.completedFuture(1));

    assertThat(flight.run("a", () -> CompletableFuture.completedFuture(2))).isCompletedWithValue(2);
  }

  @Test
  void otherKeysDoNotWait() {
    flight.run("a", CompletableFuture::new);

    assertThat(flight.run("b", () -> CompletableFuture.completedFuture(2))).isCompletedWithValue(2);
  }

  @Test
  void aFailureReachesAllWhoWaitAndNobodyAfterwards() {
    CompletableFuture<Integer> action = new CompletableFuture<>();
    CompletableFuture<Integer> first = flight.run("a", () -> action);
    CompletableFuture<Integer> second = flight.run("a", () -> action);

    action.completeExceptionally(new IllegalStateException("disk"));

    assertThat(first).isCompletedExceptionally();
    assertThatThrownBy(second::join).hasRootCauseMessage("disk");
    assertThat(flight.run("a", () -> CompletableFuture.completedFuture(2))).isCompletedWithValue(2);
  }

  @Test
  void aStartThatThrowsFailsTheCallAndLeavesNothingBehind() {
    CompletableFuture<Integer> exception =
        flight.run(
            "a",
            () -> {
              throw new IllegalStateException("no");
            });
    CompletableFuture<Integer> error =
        flight.run(
            "a",
            () -> {
              throw new StackOverflowError("deep");
            });

    assertThatThrownBy(exception::join).hasRootCauseMessage("no");
    assertThatThrownBy(error::join).hasRootCauseMessage("deep");
    assertThat(flight.run("a", () -> CompletableFuture.completedFuture(2))).isCompletedWithValue(2);
  }

  @Test
  void ofManyWhoAskAtOnceOneDoesIt() throws InterruptedException {
    int callers = 32;
    AtomicInteger starts = new AtomicInteger();
    CompletableFuture<Integer> action = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(callers);
    List<CompletableFuture<Integer>> results = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      CompletableFuture<Integer> result = new CompletableFuture<>();
      results.add(result);
      Threads.virtual(
          "caller-" + i,
          () -> {
            CompletableFuture<Integer> mine =
                flight.run(
                    "a",
                    () -> {
                      starts.incrementAndGet();
                      return action;
                    });
            asked.countDown();
            mine.thenAccept(result::complete);
          });
    }

    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    action.complete(7);

    assertThat(results)
        .allSatisfy(result -> assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(7));
    assertThat(starts).hasValue(1);
  }
}
