package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parents of one download, one for each host, who of them is no use any more, and of whom the
 * scheduler was not told that yet. Guarded by the lock of its {@link Swarm}; calls nobody.
 */
final class Neighbours {
  private static final Logger LOG = LoggerFactory.getLogger(Neighbours.class);

  private final TaskId task;
  private final Map<HostId, Neighbour> byHost = new LinkedHashMap<>();
  private final Set<PeerId> failed = new HashSet<>();
  private final Set<PeerId> strangers = new HashSet<>();

  Neighbours(TaskId task) {
    this.task = task;
  }

  Collection<Neighbour> all() {
    return byHost.values();
  }

  /** Takes a parent in, unless its host has one that stays as it is. */
  Optional<Neighbour> add(Parent parent, long nowNanos) {
    Neighbour known = byHost.get(parent.host().id());
    if (known != null && !known.mayBeReplaced(nowNanos)) {
      return Optional.empty();
    }
    Neighbour fresh = new Neighbour(parent);
    byHost.put(parent.host().id(), fresh);
    return Optional.of(fresh);
  }

  Optional<Neighbour> of(HostId host) {
    return Optional.ofNullable(byHost.get(host));
  }

  /** Number of parents that were not dropped. */
  int size() {
    return (int) byHost.values().stream().filter(n -> !n.isDropped()).count();
  }

  /** What may still come from here of what is open. */
  Hope hope(BitSet open) {
    return byHost.values().stream().map(n -> n.hope(open)).reduce(Hope.NONE, Hope::or);
  }

  /** The parent will say no more, by a failure of its own. */
  void fail(Neighbour neighbour) {
    failed.add(neighbour.parent.peerId());
  }

  /**
   * The parent is asked no more, for a while or, when it lied or has another content, for good.
   *
   * @return its subscription, to be ended without the lock
   */
  AutoCloseable drop(Neighbour neighbour, boolean banish, long nowNanos) {
    if (!neighbour.isDropped()) {
      fail(neighbour);
      LOG.info(
          "parent dropped task={} parent={} failures={} lied={}",
          task,
          neighbour.parent.peerId(),
          neighbour.failures,
          banish);
    }
    neighbour.droppedNanos = OptionalLong.of(nowNanos);
    neighbour.banished |= banish;
    neighbour.has.clear();
    return neighbour.sync;
  }

  /**
   * Ends those for whom nobody vouches whom a scheduler has named. The scheduler may not have told
   * yet, so it is asked once more; then the parent is no use, and nobody is to blame.
   *
   * @return their subscriptions, to be ended without the lock
   */
  List<AutoCloseable> setStrangersAside() {
    List<Neighbour> unknown = byHost.values().stream().filter(Neighbour::isUnverifiable).toList();
    for (Neighbour neighbour : unknown) {
      neighbour.ended = true;
      noteStranger(neighbour);
    }
    return unknown.stream().map(neighbour -> neighbour.sync).toList();
  }

  /** Nobody vouches for what it has: the second time it is no use. */
  void noteStranger(Neighbour neighbour) {
    if (!strangers.add(neighbour.parent.peerId())) {
      fail(neighbour);
    }
  }

  /** All that failed since the last time. */
  List<PeerId> drainFailed() {
    List<PeerId> drained = List.copyOf(failed);
    failed.clear();
    return drained;
  }
}
