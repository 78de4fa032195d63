package dev.dragonfly.dfdaemon.swarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockSetTest {
  private final BlockSet set = new BlockSet();

  @Test
  void behavesAsAnyOtherSetOfNumbers() {
    Random random = new Random(7);
    BitSet model = new BitSet();
    for (int i = 0; i < 200_000; i++) {
      int block = random.nextInt(1 << (1 + random.nextInt(20)));
      if (random.nextInt(3) > 0) {
        assertThat(set.add(block)).isEqualTo(!model.get(block));
        model.set(block);
      } else {
        assertThat(set.remove(block)).isEqualTo(model.get(block));
        model.clear(block);
      }
      int from = random.nextInt(1 << 20);
      assertThat(set.next(from)).isEqualTo(model.nextSetBit(from));
      assertThat(set.has(from)).isEqualTo(model.get(from));
    }
    assertThat(set.count()).isEqualTo(model.cardinality());
  }

  @Test
  void findsTheOnlyOneFarAway() {
    set.add(9_000_000);
    assertThat(set.next(0)).isEqualTo(9_000_000);
    assertThat(set.next(9_000_001)).isEqualTo(-1);
    assertThat(set.nextAround(9_000_001)).isEqualTo(9_000_000);
  }

  @Test
  void anEmptySetHasNoNext() {
    assertThat(set.nextAround(3)).isEqualTo(-1);
    set.add(3);
    set.remove(3);
    assertThat(set.nextAround(0)).isEqualTo(-1);
    assertThat(set.isEmpty()).isTrue();
  }
}
