package dev.dragonfly.dfdaemon.swarm.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlockPickerTest {
  private final BlockPicker picker = new BlockPicker(new Random(5));

  @BeforeEach
  void threeNeighbours() {
    for (int n = 0; n < 3; n++) {
      picker.join(n);
    }
  }

  private void want(int count) {
    for (int block = 0; block < count; block++) {
      picker.want(block);
    }
  }

  @Test
  void whatFewHaveIsAskedFirst() {
    want(3);
    for (int n = 0; n < 3; n++) {
      picker.has(n, 0);
      picker.has(n, 2);
    }
    picker.has(1, 1);
    assertThat(picker.pick(1)).isEqualTo(1);
  }

  @Test
  void equalsAreTakenByChance() {
    want(1_000);
    for (int block = 0; block < 1_000; block++) {
      picker.has(0, block);
    }
    Set<Integer> picked = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      picked.add(picker.pick(0));
    }
    assertThat(picked).hasSizeGreaterThan(50);
  }

  @Test
  void onlyWhatIsWantedAndThereIsPicked() {
    picker.has(0, 4);
    assertThat(picker.pick(0)).as("not wanted").isEqualTo(-1);
    picker.want(4);
    assertThat(picker.pick(0)).isEqualTo(4);
    assertThat(picker.pick(1)).as("not there").isEqualTo(-1);
    picker.unwant(4);
    assertThat(picker.pick(0)).as("asked of somebody").isEqualTo(-1);
    picker.want(4);
    picker.hasNot(0, 4);
    assertThat(picker.pick(0)).as("not had after all").isEqualTo(-1);
  }

  @Test
  void whoLeavesTakesWhatItHasAlong() {
    want(2);
    picker.has(0, 0);
    picker.has(1, 0);
    picker.leave(0);
    assertThat(picker.holders(0)).isEqualTo(1);
    assertThatThrownBy(() -> picker.pick(0)).isInstanceOf(IllegalStateException.class);
    picker.join(0);
    assertThat(picker.useful(0)).isZero();
  }

  @Test
  void aReaderThatWaitsGetsTheFirstInItsWindow() {
    want(100);
    picker.has(2, 50);
    picker.has(2, 40);
    assertThat(picker.pickWithin(2, 30, 60)).isEqualTo(40);
    assertThat(picker.pickWithin(2, 41, 50)).isEqualTo(-1);
  }

  @Test
  void everythingIsPickedOnceAndNothingIsLeft() {
    want(5_000);
    for (int block = 0; block < 5_000; block++) {
      picker.has(block % 3, block);
    }
    int picked = 0;
    for (int n = 0; n < 3; n++) {
      for (int block = picker.pick(n); block >= 0; block = picker.pick(n)) {
        picker.unwant(block);
        picked++;
      }
    }
    assertThat(picked).isEqualTo(5_000);
    assertThat(picker.wanted()).isZero();
  }

  @Test
  void behindIsWhoHasClearlyLessThanMostOfThoseThatHaveNotEverything() {
    want(20);
    assertThat(picker.isBehind()).isFalse();
    for (int block = 0; block < 20; block++) {
      picker.has(2, block);
    }
    assertThat(picker.isBehind()).as("a holder of everything says nothing").isFalse();
    for (int block = 0; block < 4; block++) {
      picker.has(0, block);
    }
    assertThat(picker.isBehind()).as("one of two").isFalse();
    for (int block = 4; block < 8; block++) {
      picker.has(1, block);
    }
    assertThat(picker.isBehind()).isTrue();
    picker.here(0);
    assertThat(picker.isBehind()).isFalse();
  }

  @Test
  void choosingAllocatesNothing() {
    want(1_000);
    for (int block = 0; block < 1_000; block++) {
      picker.has(block % 3, block);
    }
    chooseAll(100);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    chooseAll(10_000);
    // Asking for the count itself may take a few bytes; a byte for each choice would be 30,000.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(5_000);
  }

  private void chooseAll(int rounds) {
    for (int round = 0; round < rounds; round++) {
      for (int n = 0; n < 3; n++) {
        int block = picker.pick(n);
        picker.unwant(block);
        picker.want(block);
      }
    }
  }
}
