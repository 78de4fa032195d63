package dev.dragonfly.scheduler.seed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.testing.Samples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The order in which seeds are asked. */
class SeedOrderTest {
  private final List<Host> seeds =
      List.of(Samples.seed("a", 4001), Samples.seed("b", 4002), Samples.seed("c", 4003));

  @Test
  void tasksAreSpreadOverTheSeeds() {
    Map<Host, Integer> first = new HashMap<>();
    for (int i = 0; i < 3000; i++) {
      first.merge(SeedOrder.of(task(i), seeds).getFirst(), 1, Integer::sum);
    }
    assertThat(first.values()).hasSize(3).allMatch(count -> count > 850 && count < 1150);
  }

  @Test
  void aSeedThatLeavesMovesOnlyItsOwnTasks() {
    List<Host> fewer = seeds.subList(0, 2);
    for (int i = 0; i < 500; i++) {
      List<Host> before = new ArrayList<>(SeedOrder.of(task(i), seeds));
      before.remove(seeds.get(2));
      assertThat(SeedOrder.of(task(i), fewer)).isEqualTo(before);
    }
  }

  private static TaskId task(int number) {
    return new TaskId("%064x".formatted(number));
  }
}
