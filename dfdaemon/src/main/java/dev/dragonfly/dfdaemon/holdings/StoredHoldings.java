package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.client.Holding;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** What the local disk holds: every task with at least one piece. May block. */
public final class StoredHoldings implements Supplier<List<Holding>> {

  private final TaskStore store;
  private final Function<TaskId, PeerId> peers;

  public StoredHoldings(TaskStore store, Function<TaskId, PeerId> peers) {
    this.store = store;
    this.peers = peers;
  }

  @Override
  public List<Holding> get() {
    List<Holding> held = new ArrayList<>();
    for (StoredTask task : store.all()) {
      if (task.pieces().count() > 0) {
        held.add(
            new Holding(
                task.id(),
                peers.apply(task.id()),
                task.spec(),
                task.facts(),
                task.pieces(),
                task.isComplete()));
      }
    }
    return held;
  }
}
