package dev.dragonfly.dfdaemon.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UploadSlotsTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final ManualTime time = new ManualTime();
  private final InetAddress one = address(1);
  private final InetAddress other = address(2);

  @Test
  void whoFindsNoSlotIsToldWhenToComeBackEachLaterThanTheOneBefore() throws Exception {
    UploadSlots slots = new UploadSlots(2, time);
    slot(slots, one);
    slot(slots, one);

    Duration first = full(slots);
    Duration second = full(slots);

    assertThat(first).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
    assertThat(second).isGreaterThan(first);
    for (int i = 0; i < 100; i++) {
      assertThat(full(slots)).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }
    assertThat(slots.isContended()).isTrue();
  }

  @Test
  void theTimeToComeBackFollowsHowLongASlotIsUsuallyHeld() throws Exception {
    UploadSlots slots = new UploadSlots(1, time);
    for (int i = 0; i < 20; i++) {
      UploadSlots.Slot slot = slot(slots, one);
      time.advance(Duration.ofSeconds(2));
      slot.close();
    }
    slot(slots, one);

    assertThat(full(slots)).isBetween(Duration.ofMillis(1900), Duration.ofMillis(2100));
  }

  @Test
  void aSlotThatIsGivenBackGoesToTheOneWhoWaits() throws Exception {
    UploadSlots slots = new UploadSlots(1, time);
    UploadSlots.Slot held = slot(slots, one);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<UploadSlots.Claim> waiting = wait(slots, other, threads);
      awaitContended(slots);
      held.close();
      assertThat(waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(UploadSlots.Slot.class);
    }
  }

  @Test
  void theAddressWithTheFewestSlotsComesFirst() throws Exception {
    UploadSlots slots = new UploadSlots(2, time);
    UploadSlots.Slot held = slot(slots, one);
    slot(slots, one);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture<UploadSlots.Claim> greedy = wait(slots, one, threads);
      awaitContended(slots);
      CompletableFuture<UploadSlots.Claim> modest = wait(slots, other, threads);
      awaitWaiting(slots, 2);
      held.close();
      UploadSlots.Claim claim = modest.get(10, TimeUnit.SECONDS);
      assertThat(claim).isInstanceOf(UploadSlots.Slot.class);
      assertThat(greedy).isNotDone();
      ((UploadSlots.Slot) claim).close();
      assertThat(greedy.get(10, TimeUnit.SECONDS)).isInstanceOf(UploadSlots.Slot.class);
    }
  }

  @Test
  void oneAddressLeavesAQuarterOfTheSlotsToOthers() throws Exception {
    UploadSlots slots = new UploadSlots(8, time);
    List<UploadSlots.Claim> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(slots.take(one, Duration.ZERO));
    }
    assertThat(all.stream().filter(UploadSlots.Slot.class::isInstance)).hasSize(6);
    assertThat(slots.take(other, Duration.ZERO)).isInstanceOf(UploadSlots.Slot.class);
  }

  @Test
  void aLimitTakesEffectAsSlotsComeBackAndIsLiftedAtOnce() throws Exception {
    UploadSlots slots = new UploadSlots(8, time);
    UploadSlots.Slot first = (UploadSlots.Slot) slots.take(one, Duration.ZERO);
    slots.take(one, Duration.ZERO);
    slots.limit(1);
    first.close();
    assertThat(slots.take(other, Duration.ZERO)).isInstanceOf(UploadSlots.Full.class);
    slots.limit(200);
    for (int i = 0; i < 6; i++) {
      assertThat(slots.take(other, Duration.ZERO)).isInstanceOf(UploadSlots.Slot.class);
    }
    assertThat(slots.take(one, Duration.ZERO)).isInstanceOf(UploadSlots.Slot.class);
    assertThat(slots.take(one, Duration.ZERO)).isInstanceOf(UploadSlots.Full.class);
  }

  @Test
  void sixSecondsOfPeaceEndTheContention() throws Exception {
    UploadSlots slots = new UploadSlots(1, time);
    slot(slots, one);
    full(slots);
    time.advance(Duration.ofSeconds(6));
    assertThat(slots.isContended()).isFalse();
  }

  private static void awaitContended(UploadSlots slots) {
    awaitWaiting(slots, 1);
  }

  private static void awaitWaiting(UploadSlots slots, int count) {
    while (slots.waiting() < count) {
      Thread.onSpinWait();
    }
  }

  private static CompletableFuture<UploadSlots.Claim> wait(
      UploadSlots slots, InetAddress address, ExecutorService threads) {
    CompletableFuture<UploadSlots.Claim> claim = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        claim.complete(slots.take(address, LONG));
      } catch (InterruptedException e) {
        claim.completeExceptionally(e);
      }
    });
    return claim;
  }

  private static UploadSlots.Slot slot(UploadSlots slots, InetAddress address)
      throws InterruptedException {
    return (UploadSlots.Slot) slots.take(address, LONG);
  }

  private Duration full(UploadSlots slots) throws InterruptedException {
    return ((UploadSlots.Full) slots.take(one, Duration.ZERO)).retryAfter();
  }

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }
}
