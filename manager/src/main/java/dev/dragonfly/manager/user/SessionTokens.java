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
 * Sessions as JSON Web Tokens signed with HMAC-SHA-256: claims {@code id}, {@code exp} and {@code
 * orig_iat} in seconds. No other algorithm is understood, whatever a token says.
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

  /** A session that begins now. */
  Session begin(long userId) {
    Instant now = time.now().truncatedTo(ChronoUnit.SECONDS);
    return new Session(userId, now, now.plus(duration()));
  }

  String token(Session session) {
    ObjectNode claims = JSON.createObjectNode();
    claims.put("id", session.userId());
    claims.put("exp", session.until().getEpochSecond());
    claims.put("orig_iat", session.since().getEpochSecond());
    String signed =
        HEADER + "." + ENCODER.encodeToString(claims.toString().getBytes(StandardCharsets.UTF_8));
    return signed + "." + ENCODER.encodeToString(signature(signed));
  }

  /** The session of a token; empty when it is not ours or over. */
  Optional<Session> read(String token) {
    return verified(token).filter(session -> session.until().isAfter(time.now()));
  }

  /** The session of a token that may be over, as long as it began within the time for renewal. */
  Optional<Session> readForRenewal(String token) {
    return verified(token).filter(session -> session.since().plus(duration()).isAfter(time.now()));
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
