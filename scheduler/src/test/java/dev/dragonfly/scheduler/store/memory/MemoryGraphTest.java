package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.testing.ManualTime;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.GraphContract;
import java.time.Duration;

/** The graph in memory keeps the contract. */
class MemoryGraphTest implements GraphContract {
  private final ManualTime time = new ManualTime();
  private final MemoryGraph memory = new MemoryGraph(time);

  @Override
  public Graph graph() {
    return memory.graph();
  }

  @Override
  public void pass(Duration passed) {
    time.advance(passed);
  }
}
