package dev.dragonfly.scheduler.gc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.Graph;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Clears hosts that fell silent, and their peers, out of the indexes. Every scheduler does it;
 * doing it twice does no harm. Runs on virtual threads.
 */
public final class ExpiredHosts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ExpiredHosts.class);
  private static final int BATCH = 100;

  private final Graph graph;
  private final AtomicBoolean running = new AtomicBoolean();
  private Timers.@Nullable Timer timer;

  public ExpiredHosts(Graph graph) {
    this.graph = graph;
  }

  /** Looks again and again. */
  public void start(Duration interval, Timers timers, Executor executor) {
    timer =
        timers.every(
            interval,
            () -> {
              if (running.compareAndSet(false, true)) {
                executor.execute(this::sweep);
              }
            });
  }

  /** Removes a host with all its peers; false when it was not known. */
  public boolean remove(HostId host) {
    graph.peers().deleteHost(host, graph.hosts().tasks(host));
    return graph.hosts().delete(host);
  }

  /** Clears one batch. */
  public void sweep() {
    try {
      for (HostId host : graph.hosts().expired(BATCH)) {
        graph.hosts().silentTasks(host).ifPresent(tasks -> forget(host, tasks));
      }
    } catch (DragonflyException e) {
      LOG.debug("sweep put off error={}", e.getMessage());
    } finally {
      running.set(false);
    }
  }

  /** Peers go first: whoever ends in between leaves the host to be found by the next sweep. */
  private void forget(HostId host, Set<TaskId> tasks) {
    graph.peers().deleteHost(host, tasks);
    graph.hosts().deleteSilent(host);
    LOG.info("host fell silent and is forgotten host={} tasks={}", host, tasks.size());
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
