package dev.dragonfly.manager.user;

import dev.dragonfly.common.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sessions as JSON Web Tokens signed with HMAC-SHA-256: claims {@code id}, {@code exp}, {@code
 * orig_iat} and {@code auth_time} in seconds. No other algorithm is understood, whatever a token
 * says.
 */
@Component
final class SessionTokens {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();
  private static final String HEADER =
      ENCODER.encodeToString(
          "{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8));

  /** Longer ones are not ours; not worth the arithmetic. */
  private static final int MAX_LENGTH = 2048;

  private final SigningKey key;
  private final AuthConfig config;
  private final Time time;

  SessionTokens(SigningKey key, AuthConfig config, Time time) {
    this.key = key;
    this.config = config;
    this.time = time;
  }

  /** A session of somebody who signs in now. */
  Session begin(long userId) {
    return begin(userId, time.now().truncatedTo(ChronoUnit.SECONDS));
  }

  /** A session that goes on with this one; the sign-in stays what it was. */
  Session renew(Session session) {
    return begin(session.userId(), session.signedIn());
  }

  /** A stolen token must not live for ever by being renewed: all ends so long after the sign-in. */
  private Session begin(long userId, Instant signedIn) {
    Instant now = time.now().truncatedTo(ChronoUnit.SECONDS);
    Instant until = now.plus(duration());
    Instant last = signedIn.plus(config.signInDuration());
    return new Session(userId, signedIn, now, until.isAfter(last) ? last : until);
  }

  String token(Session session) {
    ObjectNode claims = JSON.createObjectNode();
    claims.put("id", session.userId());
    claims.put("exp", session.until().getEpochSecond());
    claims.put("orig_iat", session.since().getEpochSecond());
    claims.put("auth_time", session.signedIn().getEpochSecond());
    String signed =
        HEADER + "." + ENCODER.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    return signed + "." + ENCODER.encodeToString(signature(signed));
  }

  /** The session of a token; empty when it is not ours or over. */
  Optional<Session> read(String token) {
    return verified(token).filter(session -> session.until().isAfter(time.now()));
  }

  /** The session of a token that may be over, as long as it and the sign-in are young enough. */
  Optional<Session> readForRenewal(String token) {
    Instant now = time.now();
    return verified(token)
        .filter(session -> session.since().plus(duration()).isAfter(now))
        .filter(session -> session.signedIn().plus(config.signInDuration()).isAfter(now));
  }

  private Duration duration() {
    return config.sessionDuration();
  }

  private Optional<Session> verified(String token) {
    String[] parts = token.split("\\.", -1);
    if (token.length() > MAX_LENGTH || parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonNode header = JSON.readTree(DECODER.decode(parts[0]));
      byte[] signature = DECODER.decode(parts[2]);
      if (!header.path("alg").asString("").equals("HS256")
          || !MessageDigest.isEqual(signature, signature(parts[0] + "." + parts[1]))) {
        return Optional.empty();
      }
      JsonNode claims = JSON.readTree(DECODER.decode(parts[1]));
      JsonNode id = claims.path("id");
      JsonNode until = claims.path("exp");
      JsonNode since = claims.path("orig_iat");
      if (!id.isIntegralNumber() || !until.isIntegralNumber() || !since.isIntegralNumber()) {
        return Optional.empty();
      }
      return Optional.of(
          new Session(
              id.longValue(),
              Instant.ofEpochSecond(claims.path("auth_time").asLong(since.longValue())),
              Instant.ofEpochSecond(since.longValue()),
              Instant.ofEpochSecond(until.longValue())));
    } catch (IllegalArgumentException | JacksonException e) {
      return Optional.empty();
    }
  }

  private byte[] signature(String text) {
    try {
      Mac mac = Mac.getInstance(key.key().getAlgorithm());
      mac.init(key.key());
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
