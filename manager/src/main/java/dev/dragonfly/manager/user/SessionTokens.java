package dev.dragonfly.manager.user;

import com.nimbusds.jose.jwk.source.ImmutableSecret;
import dev.dragonfly.common.time.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jose.jws.MacAlgorithm;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.jwt.NimbusJwtEncoder;
import org.springframework.stereotype.Component;

/**
 * Sessions as JSON Web Tokens signed with HMAC-SHA-256: claims {@code id}, {@code exp}, {@code
 * orig_iat} and {@code auth_time} in seconds. No other algorithm is understood, whatever a token
 * says.
 */
@Component
final class SessionTokens implements JwtDecoder {
  private static final JwsHeader HEADER = JwsHeader.with(MacAlgorithm.HS256).type("JWT").build();
  private static final String ID = "id";
  private static final String ISSUED = "orig_iat";
  private static final String SIGNED_IN = "auth_time";

  /** Longer ones are not ours; not worth the arithmetic. */
  private static final int MAX_LENGTH = 2048;

  private final SigningKey key;
  private final AuthConfig config;
  private final Time time;
  private volatile @Nullable JwtDecoder decoder;

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
    JwtClaimsSet claims =
        JwtClaimsSet.builder()
            .claim(ID, session.userId())
            .claim(ISSUED, session.since().getEpochSecond())
            .claim(SIGNED_IN, session.signedIn().getEpochSecond())
            .expiresAt(session.until())
            .build();
    return new NimbusJwtEncoder(new ImmutableSecret<>(key.key()))
        .encode(JwtEncoderParameters.from(HEADER, claims))
        .getTokenValue();
  }

  /**
   * The claims of a token that is ours and not over.
   *
   * @throws BadJwtException for any other
   */
  @Override
  public Jwt decode(String token) {
    Jwt jwt = verified(token);
    if (!session(jwt).until().isAfter(time.now())) {
      throw new BadJwtException("the session is over");
    }
    return jwt;
  }

  /** The session of a token; empty when it is not ours or over. */
  Optional<Session> read(String token) {
    try {
      return Optional.of(session(decode(token)));
    } catch (JwtException e) {
      return Optional.empty();
    }
  }

  /** The session of a token that may be over, as long as it and the sign-in are young enough. */
  Optional<Session> readForRenewal(String token) {
    Instant now = time.now();
    try {
      return Optional.of(session(verified(token)))
          .filter(session -> session.since().plus(duration()).isAfter(now))
          .filter(session -> session.signedIn().plus(config.signInDuration()).isAfter(now));
    } catch (JwtException e) {
      return Optional.empty();
    }
  }

  /** The session of a verified token. */
  static Session session(Jwt jwt) {
    Instant until = jwt.getExpiresAt();
    if (!(jwt.getClaim(ID) instanceof Long id)
        || !(jwt.getClaim(ISSUED) instanceof Long since)
        || until == null) {
      throw new BadJwtException("claims are missing or of the wrong type");
    }
    long signedIn = jwt.getClaim(SIGNED_IN) instanceof Long at ? at : since;
    return new Session(id, Instant.ofEpochSecond(signedIn), Instant.ofEpochSecond(since), until);
  }

  /** Also an end beyond all times, which the library turns into some other one. */
  private boolean lastsTooLong(Session session) {
    return Duration.between(session.since(), session.until()).compareTo(config.signInDuration())
        > 0;
  }

  private Duration duration() {
    return config.sessionDuration();
  }

  /** Made at the first token, because the key is known only then; two made at once are equal. */
  private JwtDecoder decoder() {
    JwtDecoder made = decoder;
    if (made == null) {
      NimbusJwtDecoder verifying =
          NimbusJwtDecoder.withSecretKey(key.key()).macAlgorithm(MacAlgorithm.HS256).build();
      // Only what the clock of this manager does not say: whether it is over is decided above.
      verifying.setJwtValidator(jwt ->
          jwt.getNotBefore() == null || !jwt.getNotBefore().isAfter(time.now())
              ? OAuth2TokenValidatorResult.success()
              : OAuth2TokenValidatorResult.failure(
                  new OAuth2Error(OAuth2ErrorCodes.INVALID_TOKEN)));
      decoder = verifying;
      made = verifying;
    }
    return made;
  }

  private Jwt verified(String token) {
    if (token.length() > MAX_LENGTH) {
      throw new BadJwtException("the token is too long");
    }
    try {
      Jwt jwt = decoder().decode(token);
      if (lastsTooLong(session(jwt))) {
        throw new BadJwtException("no session lasts so long");
      }
      return jwt;
    } catch (RuntimeException e) {
      // Also what a number beyond all times does to a clock: a bad token is never our failure.
      throw new BadJwtException("the token is not ours", e);
    }
  }
}
