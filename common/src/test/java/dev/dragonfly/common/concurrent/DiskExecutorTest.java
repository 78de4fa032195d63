package dev.dragonfly.common.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DiskExecutorTest {
  private final CountDownLatch gate = new CountDownLatch(1);
  private final DiskExecutor disk = new DiskExecutor(1, 1, "disk");

  @AfterEach
  void close() {
    gate.countDown();
    disk.close();
  }

  @Test
  void actionsRunOnPlatformThreadsWithTheNameOfTheDisk() {
    Thread worker = disk.call(Thread::currentThread);

    assertThat(worker.isVirtual()).isFalse();
    assertThat(worker.isDaemon()).isTrue();
    assertThat(worker.getName()).isEqualTo("disk-0");
  }

  @Test
  void whatTheActionThrowsReachesTheCaller() {
    DragonflyException known = new DragonflyException(ErrorCode.NO_SPACE, "full");

    assertThatThrownBy(() ->
            disk.call(() -> {
              throw known;
            }))
        .isSameAs(known);
    assertThatThrownBy(() ->
            disk.call(() -> {
              throw new IOException("bad sector");
            }))
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining("bad sector")
        .hasRootCauseInstanceOf(IOException.class)
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.INTERNAL);
  }

  @Test
  void whenTheQueueIsFullTheCallerWaitsForRoom() throws Exception {
    List<Integer> order = new ArrayList<>();
    CompletableFuture<Void> running = hold();
    CompletableFuture<Boolean> queued = disk.submit(() -> order.add(1));
    CompletableFuture<CompletableFuture<Boolean>> third = new CompletableFuture<>();

    Thread caller = Threads.daemon("caller", () -> third.complete(disk.submit(() -> order.add(2))));
    waitUntilBlocked(caller);
    assertThat(third).isNotDone();
    gate.countDown();

    running.get(10, TimeUnit.SECONDS);
    queued.get(10, TimeUnit.SECONDS);
    assertThat(third.get(10, TimeUnit.SECONDS).get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly(1, 2);
  }

  @Test
  void aCallerWhoIsInterruptedWhileWaitingForRoomIsRefused() throws Exception {
    hold();
    disk.submit(() -> 1);
    CompletableFuture<CompletableFuture<Integer>> third = new CompletableFuture<>();

    Thread caller = Threads.daemon("caller", () -> third.complete(disk.submit(() -> 2)));
    waitUntilBlocked(caller);
    caller.interrupt();

    assertRefused(third.get(10, TimeUnit.SECONDS), "interrupted while waiting for the disk");
  }

  @Test
  void aCallerWhoIsInterruptedWhileTheDiskWorksIsCancelled() throws Exception {
    hold();
    CompletableFuture<ErrorCode> thrown = new CompletableFuture<>();

    Thread caller =
        Threads.daemon(
            "caller",
            () -> {
              try {
                disk.call(() -> 1);
              } catch (DragonflyException e) {
                thrown.complete(e.code());
              }
            });
    waitUntilBlocked(caller);
    caller.interrupt();

    assertThat(thrown.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
  }

  @Test
  void closingWaitsForWhatWasTaken() throws Exception {
    CompletableFuture<Void> running = hold();
    CompletableFuture<Integer> queued = disk.submit(() -> 1);
    Thread closer = Threads.daemon("closer", disk::close);
    waitUntilBlocked(closer);

    gate.countDown();

    assertThat(closer.join(java.time.Duration.ofSeconds(10))).isTrue();
    assertThat(running).isCompleted();
    assertThat(queued).isCompletedWithValue(1);
  }

  @Test
  void aClosedExecutorTakesNothing() {
    disk.close();

    assertRefused(disk.submit(() -> 1), "closed");
  }

  @Test
  void anActionThatHangsDoesNotHoldUpClosingForEverNorThoseBehindIt() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    disk.submit(() -> {
      try {
        return gate.await(25, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted.countDown();
        throw e;
      }
    });
    CompletableFuture<Integer> behind = disk.submit(() -> 1);

    disk.close();

    assertRefused(behind, "closed");
    assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Keeps the only thread busy until the gate opens. */
  private CompletableFuture<Void> hold() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Void> running =
        disk.submit(() -> {
          started.countDown();
          assertThat(gate.await(25, TimeUnit.SECONDS)).isTrue();
          return null;
        });
    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    return running;
  }

  private static void waitUntilBlocked(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING
        && thread.getState() != Thread.State.WAITING
        && thread.isAlive()) {
      Thread.onSpinWait();
    }
  }

  private static void assertRefused(CompletableFuture<Integer> result, String why) {
    assertThatThrownBy(() -> result.get(10, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(DragonflyException.class)
        .hasMessageContaining(why)
        .extracting(e -> ((DragonflyException) e).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
  }
}
