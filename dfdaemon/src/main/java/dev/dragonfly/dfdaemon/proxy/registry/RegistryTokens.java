package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.oci.Challenge;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tokens that this host obtained, kept for a little less than they are good for. The maps are
 * bounded and guarded by the monitor, which is not held while a token is fetched.
 */
final class RegistryTokens {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryTokens.class);
  private static final int MAX_ANSWER = 64 << 10;
  private static final int LIMIT = 4096;

  /** What the distribution specification says where a token service says nothing. */
  private static final long DEFAULT_SECONDS = 60;

  /** A token must not end while a request with it is on its way. */
  private static final long MARGIN_SECONDS = 10;

  private final OriginClient client;
  private final Time time;
  private final Map<Key, Token> tokens = new LinkedHashMap<>();

  private record Key(Caller.Key holder, String scope) {}

  private record Token(String value, long expiryNanos) {}

  RegistryTokens(OriginClient client, Time time) {
    this.client = client;
    this.time = time;
  }

  synchronized void forget(Caller.Key holder, Origin origin) {
    tokens.remove(new Key(holder, origin.scope()));
  }

  /**
   * A token for the repository, from the cache or from where the registry says; empty when none is
   * given. Blocks.
   *
   * @param basic Authorization towards the token service; absent for an anonymous token
   */
  Optional<String> token(
      Caller.Key holder, Origin origin, Challenge challenge, Optional<String> basic) {
    Key key = new Key(holder, origin.scope());
    synchronized (this) {
      Token known = tokens.get(key);
      if (known != null && known.expiryNanos() - time.nanos() > 0) {
        return Optional.of(known.value());
      }
    }
    Optional<Token> fetched = fetch(challenge.tokenUrl(origin.repository()), origin, basic);
    fetched.ifPresent(token -> keep(key, token));
    return fetched.map(Token::value);
  }

  private synchronized void keep(Key key, Token token) {
    tokens.remove(key);
    tokens.put(key, token);
    if (tokens.size() > LIMIT) {
      tokens.remove(tokens.keySet().iterator().next());
    }
  }

  /** The registry named the URL: it leads nowhere where the registry could not redirect to. */
  private Optional<Token> fetch(String url, Origin origin, Optional<String> basic) {
    Headers header = Headers.of("Accept", "application/json");
    OriginRequest request =
        new OriginRequest(
            false,
            url,
            basic.map(proof -> header.plus("Authorization", proof)).orElse(header),
            Optional.of(origin.url()));
    try (OriginAnswer answer = client.ask(request)) {
      return answer.status() == 200 ? read(answer) : Optional.empty();
    } catch (DragonflyException e) {
      LOG.info("no token, the client gets the challenge cause={}", e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Token> read(OriginAnswer answer) {
    ByteBuffer body = ByteBuffer.allocate(MAX_ANSWER);
    while (body.hasRemaining() && answer.body().read(body) >= 0) {
      // Reads on until the end, or until it is no token.
    }
    try {
      JsonNode json = Json.MAPPER.readTree(body.array(), 0, body.position());
      String value = json.path("token").asString(json.path("access_token").asString(""));
      long seconds = json.path("expires_in").asLong(DEFAULT_SECONDS);
      if (value.isEmpty() || value.chars().anyMatch(c -> c <= 0x20 || c >= 0x7f)) {
        return Optional.empty();
      }
      long good = Math.clamp(seconds - MARGIN_SECONDS, 1, 3600);
      return Optional.of(
          new Token("Bearer " + value, time.nanos() + Duration.ofSeconds(good).toNanos()));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /** Made for the first token: it is 500 classes, which few hosts need. */
  private static final class Json {
    static final JsonMapper MAPPER = new JsonMapper();
  }
}
