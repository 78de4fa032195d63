package dev.dragonfly.scheduler.store;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts as they were a moment ago: spares a read per register. What it holds is at most two seconds
 * old and never the truth. Safe for any thread.
 */
public final class HostDirectory {
  private static final long FRESH = Duration.ofSeconds(2).toNanos();
  private static final int LIMIT = 50_000;

  private final HostStore store;
  private final Time time;
  private final Map<HostId, Seen<Host>> hosts = new ConcurrentHashMap<>();
  private volatile Seen<List<Host>> seeds;

  public HostDirectory(HostStore store, Time time) {
    this.store = store;
    this.time = time;
    this.seeds = new Seen<>(List.of(), time.nanos() - FRESH - 1);
  }

  /** The host; who is not there is looked for every time. */
  public Optional<Host> find(HostId id) {
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

  /** Live seeds. */
  public List<Host> seeds() {
    long now = time.nanos();
    Seen<List<Host>> seen = seeds;
    if (now - seen.at <= FRESH) {
      return seen.value;
    }
    List<Host> found = List.copyOf(store.seeds());
    seeds = new Seen<>(found, found.isEmpty() ? now - FRESH - 1 : now);
    return found;
  }

  /** Forgets what was seen of the host, because it announced itself or left. */
  public void changed(HostId id) {
    hosts.remove(id);
    seeds = new Seen<>(List.of(), time.nanos() - FRESH - 1);
  }

  private record Seen<T>(T value, long at) {}
}
