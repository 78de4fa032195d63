package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import java.util.Optional;
import java.util.function.Function;

/** What callers prove themselves with: their own Authorization, passed on untouched. */
final class RegistryLogin {
  /** The headers that prove something to the origin. */
  Caller caller(ProxyRequest request, Route.Origin origin) {
    return Caller.of(request.first("authorization"), request.first("cookie"));
  }

  /** The Authorization for the source of a task. */
  Optional<String> authorization(ProxyRequest request, Route.Origin origin) {
    return request.first("authorization");
  }

  OriginAnswer withLogin(
      ProxyRequest request,
      Route.Origin origin,
      OriginRequest first,
      Function<OriginRequest, OriginAnswer> ask) {
    return ask.apply(first);
  }
}
