package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.scheduler.store.Graph;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
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
    return find(task, graph.hosts().participants(task), hostsAtOnce);
  }

  /**
   * What hosts have of contents, by their URLs.
   *
   * @param contentsAtOnce contents that are asked for side by side
   * @param hostsAtOnce hosts asked at once for each content
   */
  public Map<Host, Map<String, Daemons.Copy>> perHost(
      List<Content> contents, int contentsAtOnce, int hostsAtOnce) {
    Map<HostId, Host> hosts = new ConcurrentSkipListMap<>(Comparator.comparing(HostId::value));
    Map<HostId, Map<String, Daemons.Copy>> copies = new ConcurrentHashMap<>();
    each(
        contents,
        contentsAtOnce,
        content -> {
          for (TaskId task : content.tasks()) {
            List<Host> likely =
                graph.hosts().participants(task).stream()
                    .filter(host -> content.taskOn(host).equals(task))
                    .toList();
            for (Holder holder : find(task, likely, hostsAtOnce)) {
              hosts.put(holder.host().id(), holder.host());
              copies
                  .computeIfAbsent(holder.host().id(), id -> new ConcurrentSkipListMap<>())
                  .put(content.url(), holder.copy());
            }
          }
        });
    Map<Host, Map<String, Daemons.Copy>> found = new LinkedHashMap<>();
    hosts.forEach((id, host) -> found.put(host, copies.getOrDefault(id, Map.of())));
    return found;
  }

  private List<Holder> find(TaskId task, List<Host> hosts, int hostsAtOnce) {
    List<Holder> found = Collections.synchronizedList(new ArrayList<>());
    each(
        hosts,
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
      LOG.warn("task not deleted task={} host={} reason=\"{}\"", task, host.id(), e.getMessage());
      return Optional.of(
          "tried to delete task %s on host %s at %s:%d, got %s: %s"
              .formatted(task, host.id(), host.ip(), host.port(), e.code(), e.getMessage()));
    }
  }

  private <T> void each(List<T> all, int atOnce, Consumer<T> work) {
    Crew crew = new Crew(executor, atOnce);
    try {
      for (T one : all) {
        crew.start(() -> work.accept(one));
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
