package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts of the cluster. Calls block for a bounded time; use from virtual threads.
 *
 * <p>Every method throws {@link dev.dragonfly.common.error.DragonflyException} UNAVAILABLE when the
 * store does not answer.
 */
public interface HostStore {
  /** Keeps or refreshes a host for {@code timeToLive}. A changed address forgets its holdings. */
  void announce(Host host, Duration timeToLive);

  /** The host, absent when it never announced itself, left or fell silent. */
  Optional<Host> find(HostId id);

  /** All live hosts. */
  List<Host> list();

  /** How many hosts live. */
  int count();

  /** All live seeds. */
  List<Host> seeds();

  /** Removes the host; false when it was not there. Its peers are removed by the caller first. */
  boolean delete(HostId id);

  /**
   * The tasks of a host that fell silent; absent when it speaks. Should it come back while its
   * peers are removed, it is asked for everything it holds.
   */
  Optional<Set<TaskId>> silentTasks(HostId id);

  /** As {@link #delete}, unless the host came back. */
  void deleteSilent(HostId id);

  /** Notes that the host takes part in the task, so that its peers are found when it leaves. */
  void join(HostId id, TaskId task);

  /** The opposite of {@link #join}. */
  void part(HostId id, Collection<TaskId> tasks);

  /** The tasks in which the host takes part. */
  Set<TaskId> tasks(HostId id);

  /** The live hosts that take part in the task. */
  List<Host> participants(TaskId task);

  /** Hosts that fell silent and still are to be cleared away, at most {@code limit}. */
  List<HostId> expired(int limit);

  /**
   * Whether this is the fingerprint of the last report; if so its life is extended. If not, the
   * host is asked for everything: the batches that follow are a complete report.
   *
   * @param timeToLive how long the fingerprint is remembered from now
   * @param maxAge age of a complete report after which a new one is wanted anyway
   */
  boolean confirmHoldings(HostId id, long fingerprint, Duration timeToLive, Duration maxAge);

  /**
   * What a complete report left out.
   *
   * @param tasks tasks in which the host took part and which it did not name
   * @param asked when the host was asked for everything
   */
  record Unreported(Set<TaskId> tasks, Instant asked) {}

  /**
   * Notes a batch of a report.
   *
   * @param batch its number; they come one after the other from 0, else nothing counts as left out
   * @return what was left out, after the last batch of a complete report only
   */
  Optional<Unreported> report(HostId id, int batch, Set<TaskId> tasks, boolean last);

  /** Notes the fingerprint of a report that has come whole. */
  void rememberHoldings(HostId id, long fingerprint, Duration timeToLive);
}
