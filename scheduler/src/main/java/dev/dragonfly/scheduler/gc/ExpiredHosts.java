package dev.dragonfly.scheduler.gc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.scheduler.store.Graph;
import java.time.Duration;
import java.util.List;
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
  private static final Logger log = LoggerFactory.getLogger(ExpiredHosts.class);
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
    for (TaskId task : graph.hosts().tasks(host)) {
      graph.peers().deleteHost(task, host);
    }
    return graph.hosts().delete(host);
  }

  /** Clears one batch. */
  public void sweep() {
    try {
      List<HostId> silent = graph.hosts().expired(BATCH);
      for (HostId host : silent) {
        // It may have come back since.
        if (graph.hosts().find(host).isEmpty()) {
          remove(host);
          log.info("msg=\"host fell silent and is forgotten\" host={}", host);
        }
      }
    } catch (DragonflyException e) {
      log.debug("msg=\"sweep put off\" error=\"{}\"", e.getMessage());
    } finally {
      running.set(false);
    }
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
