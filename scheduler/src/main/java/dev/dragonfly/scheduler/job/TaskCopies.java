package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.Graph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies of a task: the graph says which hosts take part, the hosts what they have. Blocks
 * until the slowest host has answered, each for a bounded time; for virtual threads.
 */
public final class TaskCopies {
  private static final Logger LOG = LoggerFactory.getLogger(TaskCopies.class);
  private static final int DELETIONS_AT_ONCE = 500;

  private final Graph graph;
  private final Daemons daemons;
  private final Executor executor;

  /** A host that has something of the task. */
  public record Holder(Host host, Daemons.Copy copy) {}

  /**
   * What became of the task on a host.
   *
   * @param failure why it still is there
   */
  public record Deletion(Host host, Optional<String> failure) {}

  /**
   * @param executor makes a virtual thread for each call
   */
  public TaskCopies(Graph graph, Daemons daemons, Executor executor) {
    this.graph = graph;
    this.daemons = daemons;
    this.executor = executor;
  }

  /** The hosts that have something of it, by id; a host that does not answer is left out. */
  public List<Holder> find(TaskId task, int hostsAtOnce) {
    List<Holder> found = Collections.synchronizedList(new ArrayList<>());
    each(
        graph.hosts().participants(task),
        hostsAtOnce,
        host -> {
          try {
            daemons.stat(host, task).ifPresent(copy -> found.add(new Holder(host, copy)));
          } catch (DragonflyException e) {
            LOG.warn(
                "host not asked task={} host={} reason=\"{}\"", task, host.id(), e.getMessage());
          }
        });
    return sorted(found, Comparator.comparing(holder -> holder.host().id().value()));
  }

  /** Has every host that takes part delete it, and forgets those that did. */
  public List<Deletion> delete(TaskId task) {
    List<Deletion> deletions = Collections.synchronizedList(new ArrayList<>());
    each(
        graph.hosts().participants(task),
        DELETIONS_AT_ONCE,
        host -> deletions.add(new Deletion(host, delete(host, task))));
    LOG.info("task deleted task={} hosts={}", task, deletions.size());
    return sorted(deletions, Comparator.comparing(deletion -> deletion.host().id().value()));
  }

  private Optional<String> delete(Host host, TaskId task) {
    try {
      daemons.delete(host, task);
      graph.peers().deleteHost(host.id(), List.of(task));
      graph.hosts().part(host.id(), List.of(task));
      return Optional.empty();
    } catch (DragonflyException e) {
      LOG.warn(
          "task not deleted task={} host={} reason=\"{}\"", task, host.id(), e.getMessage());
      return Optional.of(
          "tried to delete task %s on host %s at %s:%d, got %s: %s"
              .formatted(task, host.id(), host.ip(), host.port(), e.code(), e.getMessage()));
    }
  }

  private void each(List<Host> hosts, int atOnce, Consumer<Host> work) {
    Crew crew = new Crew(executor, atOnce);
    try {
      for (Host host : hosts) {
        crew.start(() -> work.accept(host));
      }
      crew.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "the scheduler ends", e);
    }
  }

  private static <T> List<T> sorted(List<T> found, Comparator<T> order) {
    List<T> result = new ArrayList<>(found);
    result.sort(order);
    return result;
  }
}
