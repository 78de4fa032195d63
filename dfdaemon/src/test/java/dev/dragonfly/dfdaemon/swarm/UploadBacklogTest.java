package dev.dragonfly.dfdaemon.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class UploadBacklogTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void whoWouldWaitForMoreThanTwoSecondsIsToldToComeBack() {
    UploadBacklog backlog = new UploadBacklog(1000);
    backlog.promised(1900, 0);
    assertThat(backlog.pause()).isZero();
    backlog.promised(200, 0);
    assertThat(backlog.pause()).isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
    backlog.settled(200, false, 0);
    assertThat(backlog.pause()).isZero();
  }

  @Test
  void thePaceIsMeasuredWhileSomethingWaits() {
    UploadBacklog backlog = new UploadBacklog(1000);
    for (int second = 0; second < 60; second++) {
      backlog.promised(10_000, second * SECOND);
      backlog.settled(10_000, true, (second + 1) * SECOND);
    }
    backlog.promised(15_000, 60 * SECOND);
    assertThat(backlog.pause()).isZero();
  }
}
