package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Lets a caller have shared content only when its origin lets him have it: because it did so within
 * the last minutes, or because it says so now. Content that this host has from another repository
 * is asked about one by one. Blocks.
 */
final class Gatekeeper {
  private final OriginClient client;
  private final RegistryLogin login;
  private final Entitlements entitlements;
  private final TaskStore store;

  Gatekeeper(OriginClient client, RegistryLogin login, Entitlements entitlements, TaskStore store) {
    this.client = client;
    this.login = login;
    this.entitlements = entitlements;
    this.store = store;
  }

  /**
   * Whether the caller may have the content from us. If not, the origin gives its own answer.
   *
   * @throws dev.dragonfly.common.error.DragonflyException when the origin cannot be asked
   */
  boolean letsIn(ProxyRequest request, Route.ViaTask route, TaskId task) {
    Route.Origin origin = route.origin();
    Caller caller = login.caller(request, origin);
    Optional<StoredTask> held = store.find(task).filter(stored -> stored.pieces().count() > 0);
    String scope = origin.scope();
    if (held.isPresent() && !held.get().spec().url().equals(origin.url())) {
      if (origin.registry().isPresent()
          && !held.get().spec().url().startsWith(origin.registry().get().url("/"))) {
        return false; // Another registry cannot vouch for what this one keeps private.
      }
      scope = origin.url();
    }
    if (entitlements.holds(caller, scope)) {
      return true;
    }
    try (OriginAnswer answer = ask(request, route)) {
      boolean fine = answer.status() >= 200 && answer.status() < 400;
      if (fine) {
        entitlements.grant(caller, scope);
      }
      return fine;
    }
  }

  /** The length of the content, from its origin, where it tells. */
  OptionalLong length(ProxyRequest request, Route.ViaTask route) {
    OriginRequest head = new OriginRequest(true, route.origin().url(), header(request, route));
    try (OriginAnswer answer = login.withLogin(request, route.origin(), head, client::follow)) {
      return answer.status() == 200 ? answer.contentLength() : OptionalLong.empty();
    }
  }

  /** A registry has a HEAD; a signed URL may be good for GET alone. */
  private OriginAnswer ask(ProxyRequest request, Route.ViaTask route) {
    List<Map.Entry<String, String>> header = header(request, route);
    if (route.origin().registry().isPresent()) {
      OriginRequest head = new OriginRequest(true, route.origin().url(), header);
      return login.withLogin(request, route.origin(), head, client::ask);
    }
    header.add(Map.entry("Range", "bytes=0-0"));
    OriginRequest part = new OriginRequest(false, route.origin().url(), header);
    return login.withLogin(request, route.origin(), part, client::follow);
  }

  private static List<Map.Entry<String, String>> header(ProxyRequest request, Route.ViaTask route) {
    List<Map.Entry<String, String>> header = new ArrayList<>();
    HeaderFilter.forTask(request.header(), route.origin().registry().isPresent())
        .forEach((name, value) -> header.add(Map.entry(name, value)));
    return header;
  }
}
