package dev.dragonfly.common.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
  void whenTheQueueIsFullACallerWaitsForRoom() throws Exception {
    List<Integer> order = new ArrayList<>();
    hold();
    disk.submit(() -> order.add(1));
    CompletableFuture<Boolean> third = new CompletableFuture<>();

    Thread caller = Threads.daemon("caller", () -> third.complete(disk.call(() -> order.add(2))));
    waitUntilBlocked(caller);
    assertThat(third).isNotDone();
    gate.countDown();

    assertThat(third.get(10, TimeUnit.SECONDS)).isTrue();
    assertThat(order).containsExactly(1, 2);
  }

  @Test
  void whoDoesNotWaitIsRefusedWhenTheQueueIsFull() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    hold();
    disk.submit(() -> 1);

    assertRefused(disk.submit(() -> 2, released::countDown), "too many actions");
    assertThat(released.getCount()).isZero();
  }

  @Test
  void aCallerWhoIsInterruptedTakesBackWhatHasNotBegun() throws Exception {
    hold();
    List<Integer> begun = new ArrayList<>();
    CompletableFuture<ErrorCode> thrown = new CompletableFuture<>();

    Thread caller = Threads.daemon("caller", () -> thrown.complete(codeOf(() -> begun.add(1))));
    waitUntilBlocked(caller);
    caller.interrupt();

    assertThat(thrown.get(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.CANCELLED);
    gate.countDown();
    disk.call(() -> 1);
    assertThat(begun).isEmpty();
  }

  @Test
  void aCallerWhoIsInterruptedDoesNotLeaveAnActionThatUsesWhatIsHis() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();

    Thread caller =
        Threads.daemon(
            "caller",
            () -> {
              disk.call(() -> {
                begun.countDown();
                return gate.await(25, TimeUnit.SECONDS);
              });
              interrupted.complete(Thread.currentThread().isInterrupted());
            });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    caller.interrupt();
    waitUntilBlocked(caller);
    assertThat(interrupted).isNotDone();
    gate.countDown();

    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void onADiskThatHangsTheWaitingEndsAndTheActionKeepsWhatItOwns() throws Exception {
    try (DiskExecutor hanging = new DiskExecutor(1, 9, "hanging", Duration.ofMillis(1))) {
      CountDownLatch released = new CountDownLatch(1);
      CompletableFuture<Boolean> action =
          hanging.submit(() -> gate.await(25, TimeUnit.SECONDS), released::countDown);

      assertThatThrownBy(() -> hanging.await(action)).hasMessageContaining("the disk hangs");
      assertThatThrownBy(() -> hanging.call(() -> 1)).hasMessageContaining("the disk hangs");
      assertThat(released.getCount()).isOne();
      gate.countDown();

      assertThat(released.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void longWorkTakesTurnsAndHoldsNobodyUp() throws Exception {
    List<String> slices = new CopyOnWriteArrayList<>();
    CountDownLatch both = new CountDownLatch(2);
    CompletableFuture<Void> one = disk.bulk(slices("one", slices, both));
    CompletableFuture<Void> two = disk.bulk(slices("two", slices, both));
    assertThat(both.await(10, TimeUnit.SECONDS)).isTrue();

    assertThat(disk.call(() -> "short")).isEqualTo("short");
    gate.countDown();
    one.get(10, TimeUnit.SECONDS);
    two.get(10, TimeUnit.SECONDS);

    assertThat(slices).hasSize(6);
  }

  private DiskExecutor.SlicedWork slices(String name, List<String> done, CountDownLatch begun) {
    return () -> {
      begun.countDown();
      assertThat(gate.await(25, TimeUnit.SECONDS)).isTrue();
      done.add(name);
      return done.stream().filter(name::equals).count() < 3;
    };
  }

  @Test
  void longWorkIsToldWhenNoSliceWillFollow() {
    CountDownLatch ended = new CountDownLatch(1);
    DiskExecutor.SlicedWork failing =
        new DiskExecutor.SlicedWork() {
          @Override
          public boolean advance() throws IOException {
            throw new IOException("bad sector");
          }

          @Override
          public void end() {
            ended.countDown();
          }
        };

    assertThatThrownBy(() -> disk.callBulk(failing)).hasMessageContaining("bad sector");
    assertThat(ended.getCount()).isZero();
  }

  private ErrorCode codeOf(Callable<?> action) {
    try {
      disk.call(action);
      throw new AssertionError("was done");
    } catch (DragonflyException e) {
      return e.code();
    }
  }

  @Test
  void closingWaitsForWhatWasTaken() throws Exception {
    CompletableFuture<Void> running = hold();
    CompletableFuture<Integer> queued = disk.submit(() -> 1);
    Thread closer = Threads.daemon("closer", disk::close);
    waitUntilBlocked(closer);

    gate.countDown();

    assertThat(closer.join(Duration.ofSeconds(10))).isTrue();
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
