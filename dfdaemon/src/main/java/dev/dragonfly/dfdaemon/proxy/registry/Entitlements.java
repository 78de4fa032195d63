package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which caller may read what: as long as its origin let him have it a short while ago. When it is
 * full the oldest grants go, and their owner is asked about again. Guarded by its monitor.
 */
final class Entitlements {
  /** How long a grant holds. */
  static final Duration LIFETIME = Duration.ofMinutes(5);

  private final Time time;
  private final int limit;
  private final Map<Holder, Map<String, Long>> grants = new LinkedHashMap<>();
  private int size;

  /** A caller within a repository, or at a URL. */
  record Holder(Caller.Key caller, String scope) {}

  /**
   * @param limit grants that are remembered
   */
  Entitlements(Time time, int limit) {
    this.time = time;
    this.limit = limit;
  }

  /**
   * The origin let the holder have it.
   *
   * @param content digest or task
   */
  synchronized void grant(Holder holder, String content) {
    Map<String, Long> known = remove(holder); // To the end of the queue.
    known.put(content, time.nanos());
    grants.put(holder, known);
    size += known.size();
    while (size > limit) {
      remove(grants.keySet().iterator().next());
    }
  }

  /** The origin refused the holder: nothing that it let him have before counts any more. */
  synchronized void revoke(Holder holder) {
    remove(holder);
  }

  synchronized boolean holds(Holder holder, String content) {
    Long since = grants.getOrDefault(holder, Map.of()).get(content);
    return since != null && time.nanos() - since < LIFETIME.toNanos();
  }

  synchronized int size() {
    return size;
  }

  private Map<String, Long> remove(Holder holder) {
    Map<String, Long> known = grants.remove(holder);
    size -= known == null ? 0 : known.size();
    return known == null ? new HashMap<>() : known;
  }
}
