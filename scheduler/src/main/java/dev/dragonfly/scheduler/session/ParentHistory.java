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

  private final Time time;
  private final Map<PeerId, Host> given = new Bounded<>();
  private final Map<PeerId, Long> resting = new Bounded<>();
  private final Set<PeerId> wrong = Collections.newSetFromMap(new Bounded<>());

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
   * Never offers the parent again, because it sent wrong bytes.
   *
   * @return its host, absent when the peer never had this parent or has said so before
   */
  Optional<HostId> distrust(PeerId parent) {
    Host host = given.get(parent);
    return host != null && wrong.add(parent) ? Optional.of(host.id()) : Optional.empty();
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
