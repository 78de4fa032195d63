package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which caller may read what: as long as the registry let him in a short while ago. When it is full
 * the oldest grant goes, and its owner is asked about again. Guarded by its monitor.
 */
final class Entitlements {
  /** How long a grant holds. */
  static final Duration LIFETIME = Duration.ofMinutes(5);

  private final Time time;
  private final int limit;
  private final Map<Grant, Long> grants = new LinkedHashMap<>();

  private record Grant(Caller caller, String scope) {}

  /**
   * @param limit grants that are remembered
   */
  Entitlements(Time time, int limit) {
    this.time = time;
    this.limit = limit;
  }

  /** The registry let the caller in. */
  synchronized void grant(Caller caller, String scope) {
    Grant grant = new Grant(caller, scope);
    grants.remove(grant); // To the end of the queue.
    grants.put(grant, time.nanos());
    if (grants.size() > limit) {
      grants.remove(grants.keySet().iterator().next());
    }
  }

  /** The registry refused the caller. */
  synchronized void revoke(Caller caller, String scope) {
    grants.remove(new Grant(caller, scope));
  }

  synchronized boolean holds(Caller caller, String scope) {
    Grant grant = new Grant(caller, scope);
    Long since = grants.get(grant);
    if (since == null) {
      return false;
    }
    if (time.nanos() - since >= LIFETIME.toNanos()) {
      grants.remove(grant);
      return false;
    }
    return true;
  }

  synchronized int size() {
    return grants.size();
  }
}
