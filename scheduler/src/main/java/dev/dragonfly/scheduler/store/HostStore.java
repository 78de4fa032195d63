package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import java.time.Duration;
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

  /** All live seeds. */
  List<Host> seeds();

  /** Removes the host; false when it was not there. Its peers are removed by the caller first. */
  boolean delete(HostId id);

  /** Notes that the host takes part in the task, so that its peers are found when it leaves. */
  void join(HostId id, TaskId task);

  /** The opposite of {@link #join}. */
  void part(HostId id, TaskId task);

  /** The tasks in which the host takes part. */
  Set<TaskId> tasks(HostId id);

  /** Hosts that fell silent and still are to be cleared away, at most {@code limit}. */
  List<HostId> expired(int limit);

  /**
   * Whether this is the fingerprint of the last complete report; if so its life is extended.
   *
   * @param timeToLive how long the fingerprint is remembered from now
   * @param maxAge age of a complete report after which a new one is wanted anyway
   */
  boolean confirmHoldings(HostId id, long fingerprint, Duration timeToLive, Duration maxAge);

  /** Notes a complete report. */
  void rememberHoldings(HostId id, long fingerprint, Duration timeToLive);
}
