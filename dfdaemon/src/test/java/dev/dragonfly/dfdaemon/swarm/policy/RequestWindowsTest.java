package dev.dragonfly.dfdaemon.swarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

class RequestWindowsTest {
  private static final long MILLI = 1_000_000;
  private static final int LEAST = 6;
  private static final int MOST = 64;

  private final RequestWindows windows = new RequestWindows(300 * MILLI, LEAST, MOST);

  /** One neighbour that sends a block in so many milliseconds, for so many blocks. */
  private int steady(long millisForBlock, int blocks) {
    ArrayDeque<Long> asked = new ArrayDeque<>();
    long now = 0;
    for (int i = 0; i < blocks; i++) {
      while (windows.hasRoom() && windows.hasRoom(0)) {
        windows.asked(0);
        asked.add(now);
      }
      now += millisForBlock * MILLI;
      windows.came(0, asked.remove(), now);
    }
    return windows.outstanding();
  }

  @Test
  void aFastNeighbourFillsTheWindow() {
    assertThat(steady(1, 500)).isBetween(MOST - 2, MOST);
  }

  @Test
  void aSlowOneGetsWhatItSendsInTheAim() {
    assertThat(steady(20, 500)).isBetween(12, 24);
    assertThat(windows.usualNanos()).isBetween(200 * MILLI, 460 * MILLI);
  }

  @Test
  void whoIsBehindLetsItsQueuesGrowLonger() {
    windows.behind(true);
    assertThat(steady(20, 500)).isBetween(21, 31);
    assertThat(windows.usualNanos()).isBetween(420 * MILLI, 640 * MILLI);
  }

  @Test
  void aVerySlowOneStillHasOneBlockToSend() {
    assertThat(steady(2_000, 20)).isZero(); // it was the last of one
    assertThat(windows.hasRoom(0)).isTrue();
    windows.asked(0);
    assertThat(windows.hasRoom(0)).isFalse();
    assertThat(windows.hasRoom()).as("others are asked").isTrue();
  }

  @Test
  void whoIsFasterIsExpectedSooner() {
    windows.asked(0);
    windows.asked(1);
    windows.came(0, 0, 50 * MILLI);
    windows.came(1, 0, 500 * MILLI);
    assertThat(windows.expectedNanos(0)).isLessThan(windows.expectedNanos(1));
    for (int i = 0; i < 20; i++) {
      windows.asked(0);
    }
    assertThat(windows.expectedNanos(0)).isGreaterThan(windows.expectedNanos(1));
  }

  @Test
  void whatALeaverOwedIsOpenAgain() {
    for (int i = 0; i < 2; i++) {
      windows.asked(3);
    }
    windows.asked(1);
    windows.left(3);
    assertThat(windows.outstanding()).isEqualTo(1);
  }

  @Test
  void aSecondIsAskedForWhatIsLateWithinABudget() {
    Lateness lateness = new Lateness(windows);
    windows.asked(0);
    windows.came(0, 0, 50 * MILLI);
    assertThat(lateness.isLate(0, 200 * MILLI, false)).isFalse();
    assertThat(lateness.isLate(0, 350 * MILLI, false)).isTrue();
    assertThat(lateness.isLate(0, 150 * MILLI, true)).as("the last ones sooner").isTrue();
    lateness.askedTwice();
    lateness.askedTwice();
    assertThat(lateness.isLate(0, 350 * MILLI, false)).as("enough").isFalse();
    assertThat(lateness.isLate(0, 3_000 * MILLI, false)).as("stands still").isTrue();
    for (int i = 0; i < 100; i++) {
      lateness.came();
    }
    assertThat(lateness.isLate(0, 350 * MILLI, false)).as("two in a hundred").isTrue();
  }
}
