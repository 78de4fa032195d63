package dev.dragonfly.common.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.testing.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BandwidthTest {
  private static final long RATE = 1_000_000;
  private static final long MILLI = 1_000_000;

  private final ManualTime time = new ManualTime();
  private final Bandwidth bandwidth = Bandwidth.limited(RATE, time);

  @Test
  void theFirstBytesFlowAtOnceAndTheNextWaitForThem() {
    assertThat(bandwidth.reserve(500_000)).isZero();
    assertThat(bandwidth.reserve(1)).isEqualTo(500 * MILLI);
  }

  @Test
  void reservationsQueueInTheOrderOfAsking() {
    bandwidth.reserve(100_000);

    assertThat(bandwidth.reserve(100_000)).isEqualTo(100 * MILLI);
    assertThat(bandwidth.reserve(100_000)).isEqualTo(200 * MILLI);
  }

  @Test
  void whatIsRefundedIsTakenOffTheWait() {
    bandwidth.reserve(500_000);

    bandwidth.refund(400_000);

    assertThat(bandwidth.reserve(1)).isEqualTo(100 * MILLI);
  }

  @Test
  void refundsSaveUpNoMoreThanIdleTimeDoes() {
    bandwidth.reserve(500_000);

    bandwidth.refund(500_000);
    bandwidth.refund(500_000);

    assertThat(bandwidth.reserve(150_000)).isZero();
    assertThat(bandwidth.reserve(1)).isEqualTo(100 * MILLI);
  }

  @Test
  void timeThatPassesIsTakenOffTheWait() {
    bandwidth.reserve(500_000);

    time.advance(Duration.ofMillis(300));

    assertThat(bandwidth.reserve(1)).isEqualTo(200 * MILLI);
  }

  @Test
  void overAMinuteTheRateIsKeptToThePercent() {
    long sent = 0;
    while (time.nanos() < Duration.ofMinutes(1).toNanos()) {
      time.advance(Duration.ofNanos(bandwidth.reserve(64 << 10)));
      sent += 64 << 10;
    }

    assertThat(sent).isBetween(59 * RATE, 61 * RATE);
  }

  @Test
  void anIdleLimitSavesUpFiftyMillisecondsAndNoMore() {
    time.advance(Duration.ofHours(1));

    assertThat(bandwidth.reserve(50_000)).as("saved").isZero();
    assertThat(bandwidth.reserve(50_000)).as("begins now").isZero();
    assertThat(bandwidth.reserve(1)).as("after it").isEqualTo(50 * MILLI);
  }

  @Test
  void withoutALimitNothingWaits() {
    Bandwidth unlimited = Bandwidth.unlimited();

    assertThat(unlimited.reserve(Long.MAX_VALUE)).isZero();
    assertThat(unlimited.reserve(Long.MAX_VALUE)).isZero();
  }

  @Test
  void whoNeedNotWaitIsNotHeldUp() {
    bandwidth.acquire(1);

    assertThat(time.nanos()).isZero();
  }

  @Test
  void whoIsInterruptedDoesNotWait() {
    bandwidth.reserve(3600 * RATE);
    Thread.currentThread().interrupt();

    bandwidth.acquire(1);

    assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
  }

  @Test
  void aNegativeLimitIsRefused() {
    assertThatThrownBy(() -> Bandwidth.limited(-1, time))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
