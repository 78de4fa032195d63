package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.oci.Challenge;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * With what a request proves itself at a registry. An Authorization header of the caller is passed
 * on untouched, and a challenge goes back to him. Only where he brings none this host answers
 * challenges: with configured credentials for callers on this host, or with an anonymous token for
 * clients that do not know which registry is behind the proxy. Blocks; safe for any thread.
 */
final class RegistryLogin {
  private static final int MAX_CHALLENGES = 1024;

  private final KnownRegistries registries;
  private final RegistryTokens tokens;
  private final Map<String, Challenge> challenges = new LinkedHashMap<>(); // guarded by itself

  RegistryLogin(KnownRegistries registries, OriginClient client, Time time) {
    this.registries = registries;
    this.tokens = new RegistryTokens(client, time);
  }

  /**
   * As whom this host logs in for a caller.
   *
   * @param basic user name and password, as Authorization; absent for an anonymous token
   */
  private record Identity(Caller holder, Optional<String> basic) {}

  /** Who asks, as the registry sees it. */
  Caller caller(ProxyRequest request, Route.Origin origin) {
    return identity(request, origin)
        .map(Identity::holder)
        .orElseGet(() -> Caller.of(request.joined("authorization"), request.joined("cookie")));
  }

  /** The Authorization for the source of a task, where this host answers for the caller. */
  Optional<String> authorization(ProxyRequest request, Route.Origin origin) {
    return identity(request, origin).flatMap(identity -> proof(identity, origin));
  }

  /**
   * Asks, and asks again with a proof when the first answer is a challenge that is ours to meet.
   */
  OriginAnswer withLogin(
      ProxyRequest request,
      Route.Origin origin,
      OriginRequest first,
      Function<OriginRequest, OriginAnswer> ask) {
    Optional<Identity> identity = identity(request, origin);
    if (identity.isEmpty()) {
      return ask.apply(first);
    }
    Optional<String> known = proof(identity.get(), origin);
    OriginAnswer answer = ask.apply(known.map(proof -> with(first, proof)).orElse(first));
    Optional<Challenge> challenge =
        answer.status() == 401 ? challenge(answer, origin) : Optional.empty();
    if (challenge.isEmpty()) {
      return answer;
    }
    remember(origin, challenge.get());
    tokens.forget(identity.get().holder(), origin);
    Optional<String> fresh = proof(identity.get(), origin);
    if (fresh.isEmpty() || fresh.equals(known)) {
      return answer;
    }
    answer.close();
    return ask.apply(with(first, fresh.get()));
  }

  private Optional<Identity> identity(ProxyRequest request, Route.Origin origin) {
    if (origin.registry().isEmpty() || request.first("authorization").isPresent()) {
      return Optional.empty();
    }
    Optional<RegistryConfig> entry =
        request.client().isLoopbackAddress()
            ? registries.at(origin.registry().get()).filter(known -> known.username().isPresent())
            : Optional.empty();
    if (entry.isPresent()) {
      String basic = basic(entry.get());
      return Optional.of(
          new Identity(Caller.of(Optional.of(basic), Optional.empty()), Optional.of(basic)));
    }
    return origin.loginHere()
        ? Optional.of(new Identity(Caller.of(Optional.empty(), Optional.empty()), Optional.empty()))
        : Optional.empty();
  }

  private static String basic(RegistryConfig entry) {
    String pair =
        entry.username().orElse("") + ":" + entry.password().map(Secret::reveal).orElse("");
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** A proof for a registry that has challenged before. */
  private Optional<String> proof(Identity identity, Route.Origin origin) {
    Challenge challenge;
    synchronized (challenges) {
      challenge = challenges.get(origin.registry().orElseThrow().toString());
    }
    if (challenge == null) {
      return Optional.empty();
    }
    return challenge.basic()
        ? identity.basic()
        : tokens.token(identity.holder(), origin, challenge, identity.basic());
  }

  /** A registry that is reached by https may not send credentials elsewhere in the clear. */
  private static Optional<Challenge> challenge(OriginAnswer answer, Route.Origin origin) {
    boolean clear = origin.registry().orElseThrow().scheme().equals("http");
    for (Map.Entry<String, String> header : answer.header()) {
      if (header.getKey().equalsIgnoreCase("www-authenticate")) {
        Optional<Challenge> challenge = Challenge.parse(header.getValue());
        if (challenge.isPresent()
            && (challenge.get().basic() || clear || challenge.get().realm().startsWith("https:"))) {
          return challenge;
        }
      }
    }
    return Optional.empty();
  }

  private void remember(Route.Origin origin, Challenge challenge) {
    synchronized (challenges) {
      challenges.put(origin.registry().orElseThrow().toString(), challenge);
      if (challenges.size() > MAX_CHALLENGES) {
        challenges.remove(challenges.keySet().iterator().next());
      }
    }
  }

  private static OriginRequest with(OriginRequest request, String proof) {
    List<Map.Entry<String, String>> header = new ArrayList<>(request.header());
    header.add(Map.entry("Authorization", proof));
    return new OriginRequest(request.head(), request.url(), header);
  }
}
