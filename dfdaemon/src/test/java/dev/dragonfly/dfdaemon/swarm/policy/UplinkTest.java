package dev.dragonfly.dfdaemon.swarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UplinkTest {
  private static final long MILLI = 1_000_000;
  private static final int BLOCK = 256 << 10;

  private final Uplink uplink = new Uplink(150 * MILLI, 4);

  /** Sends blocks one after the other, each in so many milliseconds, with the queue kept full. */
  private int steady(long millisForBlock) {
    long now = 0;
    int queued = 0;
    for (int i = 0; i < 500; i++) {
      while (uplink.hasRoom() && queued < 1_000) {
        uplink.queued(BLOCK, now);
        queued++;
      }
      now += millisForBlock * MILLI;
      uplink.gone(BLOCK, true, now);
      queued--;
    }
    return queued;
  }

  @Test
  void aFastOneTakesWhatItSendsInTheAim() {
    assertThat(steady(1)).isBetween(140, 155);
  }

  @Test
  void aSlowOneTakesAFewAndSaysWhenToComeBack() {
    assertThat(steady(100)).isEqualTo(3);
    assertThat(uplink.hasRoom()).isTrue();
    uplink.queued(BLOCK, 0);
    assertThat(uplink.hasRoom()).isFalse();
    assertThat(uplink.retryNanos()).isBetween(150 * MILLI, 250 * MILLI);
  }

  @Test
  void blocksThatAreSentSideBySideAndEndTogetherMakeNoFastLine() {
    long now = 0;
    for (int round = 0; round < 8; round++) {
      for (int block = 0; block < 4; block++) {
        uplink.queued(BLOCK, now);
      }
      now += 4_000 * MILLI;
      for (int block = 0; block < 4; block++) {
        now += 15 * MILLI;
        uplink.gone(BLOCK, true, now);
      }
    }
    for (int block = 0; block < 4; block++) {
      uplink.queued(BLOCK, now);
    }
    assertThat(uplink.hasRoom()).isFalse();
    assertThat(uplink.drainNanos()).isGreaterThan(2_000 * MILLI);
  }

  @Test
  void whatIsTakenBackIsRoomAndNoRate() {
    for (int i = 0; i < 4; i++) {
      uplink.queued(BLOCK, 0);
    }
    for (int i = 0; i < 4; i++) {
      uplink.gone(BLOCK, false, 10 * MILLI);
    }
    assertThat(uplink.isIdle()).isTrue();
    assertThat(uplink.hasRoom()).isTrue();
    assertThat(uplink.drainNanos()).isZero();
  }
}
