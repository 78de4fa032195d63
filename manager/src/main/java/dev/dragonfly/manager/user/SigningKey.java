package dev.dragonfly.manager.user;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.time.Time;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Timestamp;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The key that signs sessions: the configured one, or one made up once and kept in the database, so
 * that all managers share it and no key is known from a manual.
 */
@Component
public final class SigningKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String NAME = "session-signing-key";
  private static final int LENGTH = 32;

  private final AuthConfig config;
  private final SecureRandom random;
  private final JdbcClient jdbc;
  private final Time time;
  private volatile @Nullable SecretKey key;

  SigningKey(AuthConfig config, SecureRandom random, JdbcClient jdbc, Time time) {
    this.config = config;
    this.random = random;
    this.jdbc = jdbc;
    this.time = time;
  }

  /** Finds or makes the key; blocks on the database. */
  public void start() {
    Secret configured = config.jwtKey();
    byte[] bytes =
        configured == null ? shared() : configured.reveal().getBytes(StandardCharsets.UTF_8);
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  SecretKey key() {
    SecretKey started = key;
    if (started == null) {
      throw new IllegalStateException("the signing key was used before start()");
    }
    return started;
  }

  private byte[] shared() {
    byte[] fresh = new byte[LENGTH];
    random.nextBytes(fresh);
    jdbc.sql(
            """
            INSERT INTO secrets (name, created_at, value) VALUES (:name, :now, :value)
            ON CONFLICT (name) DO NOTHING
            """)
        .param("name", NAME)
        .param("now", Timestamp.from(time.now()))
        .param("value", fresh)
        .update();
    return jdbc.sql("SELECT value FROM secrets WHERE name = :name")
        .param("name", NAME)
        .query(byte[].class)
        .single();
  }
}
