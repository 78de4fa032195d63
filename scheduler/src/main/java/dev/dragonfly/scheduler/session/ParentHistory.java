package dev.dragonfly.scheduler.session;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.scheduler.resource.Candidate;
import dev.dragonfly.scheduler.scheduling.Refusal;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which parents a peer was given on this stream, and which it shall not get now. A parent that
 * failed may be well again a little later and comes back by itself; one that sent wrong bytes does
 * not. Bounded; used in the session's mailbox.
 */
final class ParentHistory {
  /** How long a parent that failed is not offered to the peer again. */
  static final Duration REST = Duration.ofSeconds(30);

  /** Ids come from the peer as well: whatever it invents, this much is remembered of it. */
  private static final int LIMIT = 1024;

  /** So many parents that this stream was not given are believed to be of earlier ones. */
  private static final int MOST_EARLIER = 32;

  private final Time time;
  private final Map<PeerId, Host> given = new Bounded<>();
  private final Map<PeerId, Long> resting = new Bounded<>();
  private final Set<PeerId> wrong = Collections.newSetFromMap(new Bounded<>());
  private int earlier;

  ParentHistory(Time time) {
    this.time = time;
  }

  void give(Collection<Candidate> parents) {
    parents.forEach(parent -> given.put(parent.peerId(), parent.host()));
  }

  /** Does not offer these for a while. */
  void rest(Collection<PeerId> failed) {
    long until = time.nanos() + REST.toNanos();
    failed.forEach(parent -> resting.put(parent, until));
  }

  /**
   * Never offers the parent again, because it sent wrong bytes. It may be one of an earlier stream:
   * pieces are compared when a digest is known, which can be after the scheduler was another.
   * Whether it did feed the peer's host is kept in the graph, so who invents a parent blames
   * nobody.
   *
   * @return its host, absent when the peer has said so before, or names too many it was not given
   */
  Optional<HostId> distrust(PeerId parent) {
    Host host = given.get(parent);
    if (host != null) {
      return wrong.add(parent) ? Optional.of(host.id()) : Optional.empty();
    }
    Optional<HostId> named = earlier < MOST_EARLIER ? parent.host() : Optional.empty();
    if (named.isEmpty() || !wrong.add(parent)) {
      return Optional.empty();
    }
    earlier++;
    return named;
  }

  /** The host of a parent that the peer was given on this stream. */
  Optional<Host> hostOf(PeerId parent) {
    return Optional.ofNullable(given.get(parent));
  }

  /** Who shall not be offered now, and why. */
  Map<PeerId, Refusal> refused() {
    long now = time.nanos();
    resting.values().removeIf(until -> until - now <= 0);
    Map<PeerId, Refusal> refused = new HashMap<>();
    resting.keySet().forEach(parent -> refused.put(parent, Refusal.RESTING));
    wrong.forEach(parent -> refused.put(parent, Refusal.WRONG_BYTES));
    return refused;
  }

  /** Forgets what came first when it is full. */
  private static final class Bounded<V> extends LinkedHashMap<PeerId, V> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<PeerId, V> eldest) {
      return size() > LIMIT;
    }
  }
}
