package dev.dragonfly.scheduler.store.memory;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.TaskNews;
import java.util.ArrayList;

/** The graph in memory, on a clock that a test holds. */
public final class MemoryGraph {
  private final MemoryState state;
  private final Graph graph;

  public MemoryGraph(Time time) {
    state = new MemoryState(time);
    MemoryTasks tasks = new MemoryTasks(state);
    graph =
        new Graph(
            new MemoryHosts(state),
            tasks,
            new MemoryPeers(state, tasks),
            new MemoryLeases(state),
            this::subscribe);
  }

  public Graph graph() {
    return graph;
  }

  /** Makes every call fail with UNAVAILABLE, or no longer. */
  public void breakDown(boolean away) {
    state.breakDown(away);
  }

  /** Forgets everything. */
  public void clear() {
    state.clear();
  }

  @SuppressWarnings("UnnecessaryMethodReference") // One listener may subscribe twice.
  private TaskNews.Subscription subscribe(TaskId task, Runnable listener) {
    Runnable own = listener::run;
    synchronized (state) {
      state.listeners.computeIfAbsent(task, key -> new ArrayList<>()).add(own);
    }
    own.run();
    return () -> {
      synchronized (state) {
        state.listeners.getOrDefault(task, new ArrayList<>()).remove(own);
      }
    };
  }
}
