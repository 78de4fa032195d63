package dev.dragonfly.dfdaemon.proxy;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Routes of shared content that were asked for lately, for whoever asks next: to find one takes as
 * long as to answer from the cache. Nothing of the caller is here, and nothing that may change.
 * Safe for any thread; guarded by its monitor, which is held for moments only.
 */
final class KnownRoutes {
  /** The layers of some images. */
  private static final int LIMIT = 256;

  /** Names of blobs are shorter; what is longer is worked out each time. */
  private static final int MAX_LENGTH = 1024;

  private final Function<ProxyRequest, Route> router;
  private final Map<Asked, Route> known = new LinkedHashMap<>(16, 0.75f, true);

  /** All of a mirrored request that its route depends on. */
  private record Asked(String target, Optional<String> registry) {
    boolean isShort() {
      return target.length() + registry.map(String::length).orElse(0) <= MAX_LENGTH;
    }
  }

  /**
   * @param router finds the route of a request that asks for a path in a registry
   */
  KnownRoutes(Function<ProxyRequest, Route> router) {
    this.router = router;
  }

  /** The route of a GET or HEAD for a path in a registry. */
  Route route(ProxyRequest request) {
    Asked asked = new Asked(request.target(), request.first(ProxyRouter.REGISTRY));
    synchronized (known) {
      Route route = known.get(asked);
      if (route != null) {
        return route;
      }
    }
    Route route = router.apply(request);
    if (route instanceof Route.ViaTask && asked.isShort()) {
      synchronized (known) {
        known.put(asked, route);
        if (known.size() > LIMIT) {
          known.remove(known.keySet().iterator().next());
        }
      }
    }
    return route;
  }
}
