package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.oci.Challenge;
import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * With what a request proves itself at a registry. An Authorization header of the caller is passed
 * on untouched, and a challenge goes back to him. Only where he brings none this host answers
 * challenges: with configured credentials for callers on this host, or with an anonymous token for
 * clients that do not know which registry is behind the proxy. Blocks; safe for any thread.
 */
public final class RegistryLogin {
  private static final int MAX_CHALLENGES = 1024;

  private final KnownRegistries registries;
  private final RegistryTokens tokens;
  private final Map<String, Challenge> challenges = new LinkedHashMap<>(); // guarded by itself

  public RegistryLogin(KnownRegistries registries, OriginClient client, Time time) {
    this.registries = registries;
    this.tokens = new RegistryTokens(client, time);
  }

  /**
   * As whom this host logs in for a caller.
   *
   * @param basic user name and password, as Authorization; absent for an anonymous token
   */
  private record Identity(Caller.Key holder, Optional<String> basic) {}

  /** Who asks, as the origin sees it. */
  Caller.Key key(Caller caller, Origin origin) {
    return identity(caller, origin).map(Identity::holder).orElseGet(() -> caller.key(origin));
  }

  /** The Authorization for the source of a task, where this host answers for the caller. */
  public Optional<String> authorization(Caller caller, Origin origin) {
    return identity(caller, origin).flatMap(identity -> proof(identity, origin));
  }

  /**
   * Asks, and asks again with a proof when the first answer is a challenge that is ours to meet.
   */
  public OriginAnswer withLogin(
      Caller caller,
      Origin origin,
      OriginRequest first,
      Function<OriginRequest, OriginAnswer> ask) {
    Optional<Identity> identity = identity(caller, origin);
    if (identity.isEmpty()) {
      return ask.apply(first);
    }
    Optional<String> known = proof(identity.get(), origin);
    OriginAnswer answer =
        ask.apply(known.map(proof -> first.with("Authorization", proof)).orElse(first));
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
    return ask.apply(first.with("Authorization", fresh.get()));
  }

  private Optional<Identity> identity(Caller caller, Origin origin) {
    if (origin.registry().isEmpty() || caller.authorization().isPresent()) {
      return Optional.empty();
    }
    Optional<RegistryConfig> entry =
        caller.local()
            ? registries.at(origin.registry().get()).filter(known -> known.username().isPresent())
            : Optional.empty();
    if (entry.isPresent()) {
      String basic = basic(entry.get());
      return Optional.of(
          new Identity(Caller.Key.of(Headers.of("Authorization", basic)), Optional.of(basic)));
    }
    return origin.loginHere()
        ? Optional.of(new Identity(Caller.Key.of(Headers.NONE), Optional.empty()))
        : Optional.empty();
  }

  private static String basic(RegistryConfig entry) {
    String pair =
        entry.username().orElse("") + ":" + entry.password().map(Secret::reveal).orElse("");
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** A proof for a registry that has challenged before. */
  private Optional<String> proof(Identity identity, Origin origin) {
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

  /**
   * Credentials go to a token service over TLS only, or in the clear to the host that is asked in
   * the clear anyway.
   */
  private static Optional<Challenge> challenge(OriginAnswer answer, Origin origin) {
    Registry registry = origin.registry().orElseThrow();
    for (String header : answer.header().all("www-authenticate")) {
      Optional<Challenge> challenge = Challenge.parse(header);
      if (challenge.isPresent()
          && (challenge.get().basic()
              || challenge.get().realm().startsWith("https:")
              || registry.scheme().equals("http")
                  && challenge.get().realm().startsWith(registry.url("/")))) {
        return challenge;
      }
    }
    return Optional.empty();
  }

  private void remember(Origin origin, Challenge challenge) {
    synchronized (challenges) {
      challenges.put(origin.registry().orElseThrow().toString(), challenge);
      if (challenges.size() > MAX_CHALLENGES) {
        challenges.remove(challenges.keySet().iterator().next());
      }
    }
  }
}
