package dev.dragonfly.dfdaemon.swarm.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RevealPolicyTest {
  private static final long SECOND = 1_000_000_000L;

  private final Map<Integer, List<Integer>> shown = new HashMap<>();
  private final RevealPolicy policy = new RevealPolicy(this::show, new Random(3));

  private void show(int n, int block) {
    shown.computeIfAbsent(n, key -> new ArrayList<>()).add(block);
  }

  private List<Integer> shown(int n) {
    return shown.getOrDefault(n, List.of());
  }

  private int shownInAll() {
    return shown.values().stream().mapToInt(List::size).sum();
  }

  private void seed(int neighbours, int blocks) {
    policy.standing(true, false, 0);
    for (int n = 0; n < neighbours; n++) {
      policy.join(n, 0);
    }
    for (int block = 0; block < blocks; block++) {
      policy.ready(block, 0);
    }
  }

  private static BitSet blocks(int... numbers) {
    BitSet set = new BitSet();
    for (int number : numbers) {
      set.set(number);
    }
    return set;
  }

  @Test
  void anOrdinaryPeerShowsEverythingToEverybodyOnce() {
    policy.standing(false, false, 0);
    policy.join(0, 0);
    policy.ready(0, 0);
    policy.join(1, 0);
    policy.ready(1, 0);
    assertThat(shown(0)).containsExactly(0, 1);
    assertThat(shown(1)).containsExactly(0, 1);
  }

  @Test
  void aSeedShowsEachBlockToOneOfMany() {
    seed(4, 16);
    assertThat(shownInAll()).isEqualTo(16);
    for (int n = 0; n < 4; n++) {
      assertThat(shown(n)).as("shared evenly").hasSize(4);
    }
  }

  @Test
  void toTwoItShowsAll() {
    seed(2, 8);
    assertThat(shownInAll()).isEqualTo(16);
  }

  @Test
  void whoFetchesFasterIsShownMore() {
    seed(3, 100);
    for (int i = 0; i < 20; i++) {
      policy.given(0, shown(0).get(i), 0);
    }
    assertThat(shown(0).size()).isEqualTo(28);
    assertThat(shown(1).size()).isEqualTo(8);
  }

  @Test
  void whenEachWasGivenOnceAllIsShown() {
    seed(3, 6);
    policy.standing(true, true, 0);
    assertThat(shownInAll()).isEqualTo(6);
    for (int n = 0; n < 3; n++) {
      for (int block : List.copyOf(shown(n))) {
        policy.given(n, block, 0);
      }
    }
    for (int n = 0; n < 3; n++) {
      assertThat(shown(n)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
    }
  }

  @Test
  void whatOthersHaveIsNotSpared() {
    policy.standing(true, true, 0);
    for (int block = 0; block < 4; block++) {
      policy.ready(block, 0);
    }
    policy.join(0, 0);
    policy.has(0, blocks(0, 1, 2, 3), 0);
    policy.finished(0, 0);
    for (int n = 1; n < 5; n++) {
      policy.join(n, 0);
    }
    for (int n = 1; n < 5; n++) {
      assertThat(shown(n)).containsExactlyInAnyOrder(0, 1, 2, 3);
    }
  }

  @Test
  void whatTheLeaverWasToFetchIsForOthers() {
    seed(4, 4);
    int lost = shown(0).getFirst();
    policy.leave(0, SECOND);
    long others =
        shown.entrySet().stream()
            .filter(e -> e.getKey() > 0 && e.getValue().contains(lost))
            .count();
    assertThat(others).isEqualTo(1);
  }

  @Test
  void whatNobodyFetchesIsShownToAnother() {
    seed(3, 3);
    policy.tick(false, SECOND);
    assertThat(shownInAll()).isEqualTo(3);
    policy.tick(false, 3 * SECOND);
    assertThat(shownInAll())
        .as("some move to another, some come back to the same")
        .isGreaterThan(2);
    assertThat(shown.values().stream().flatMap(List::stream).distinct().count()).isEqualTo(3);
  }

  @Test
  void theStarvingGetsMoreWhileTheUplinkHasRoom() {
    seed(3, 3);
    for (int n = 0; n < 3; n++) {
      policy.given(n, shown(n).getFirst(), 0);
    }
    policy.tick(false, SECOND);
    assertThat(shownInAll()).isEqualTo(3);
    policy.tick(true, SECOND);
    assertThat(shownInAll()).isEqualTo(9);
  }
}
