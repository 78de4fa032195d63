package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts as they were a moment ago: spares a read per register. What it holds is at most two seconds
 * old and never the truth. Who calls himself a seed and is not believed is an ordinary host here.
 * Safe for any thread.
 */
public final class HostDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(HostDirectory.class);
  private static final long FRESH = Duration.ofSeconds(2).toNanos();
  private static final int LIMIT = 50_000;

  private final HostStore store;
  private final Time time;
  private final Predicate<Host> believed;
  private final Map<HostId, Seen<Host>> hosts = new ConcurrentHashMap<>();
  private volatile Seen<List<Host>> seeds;

  /**
   * @param believed says of an announced seed whether it is one
   */
  public HostDirectory(HostStore store, Time time, Predicate<Host> believed) {
    this.store = store;
    this.time = time;
    this.believed = believed;
    this.seeds = new Seen<>(List.of(), time.nanos() - FRESH - 1);
  }

  /** The host; who is not there is looked for every time. */
  public Optional<Host> find(HostId id) {
    return look(id).map(this::asBelieved);
  }

  /** All live hosts, as they are now; as seeds those that are believed. */
  public List<Host> list() {
    return store.list().stream().map(this::asBelieved).toList();
  }

  private Host asBelieved(Host host) {
    return host.type().isSeed() && !believed.test(host) ? host.ordinary() : host;
  }

  private Optional<Host> look(HostId id) {
    long now = time.nanos();
    Seen<Host> seen = hosts.get(id);
    if (seen != null && now - seen.at <= FRESH) {
      return Optional.of(seen.value);
    }
    Optional<Host> found = store.find(id);
    if (found.isEmpty()) {
      hosts.remove(id);
      return found;
    }
    if (hosts.size() >= LIMIT) {
      hosts.clear();
    }
    hosts.put(id, new Seen<>(found.get(), now));
    return found;
  }

  /** Whether a live seed that is believed has this id. */
  public boolean isListedSeed(String hostId) {
    return seeds().stream().anyMatch(seed -> seed.id().value().equals(hostId));
  }

  /** Live seeds that are believed. */
  public List<Host> seeds() {
    long now = time.nanos();
    Seen<List<Host>> seen = seeds;
    if (now - seen.at <= FRESH) {
      return seen.value;
    }
    List<Host> announced = store.seeds();
    List<Host> found = announced.stream().filter(believed).toList();
    seeds = new Seen<>(found, announced.isEmpty() ? now - FRESH - 1 : now);
    return found;
  }

  /**
   * Forgets what was seen of the host, which announced itself; whether it is a seed is found out.
   */
  public void announced(Host host) {
    changed(host.id());
    if (host.type().isSeed() && !believed.test(host)) {
      LOG.debug(
          "announced seed is not listed host={} ip={} port={}", host.id(), host.ip(), host.port());
    }
  }

  /** Forgets what was seen of the host, which left. */
  public void changed(HostId id) {
    hosts.remove(id);
    seedsChanged();
  }

  /** Others are believed than before. */
  public void seedsChanged() {
    seeds = new Seen<>(List.of(), time.nanos() - FRESH - 1);
  }

  private record Seen<T>(T value, long at) {}
}
