package dev.dragonfly.manager.user;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.manager.security.SharedSecrets;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The key that signs sessions, and from which others are derived: the configured one, or one made
 * up once and kept in the database, so that all managers share it and no key is known from a
 * manual.
 */
@Component
public final class SigningKey {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String NAME = "session-signing-key";

  private final AuthConfig config;
  private final SharedSecrets secrets;
  private volatile @Nullable SecretKey key;

  SigningKey(AuthConfig config, SharedSecrets secrets) {
    this.config = config;
    this.secrets = secrets;
  }

  /** Finds or makes the key; blocks on the database. */
  public void start() {
    Secret configured = config.jwtKey();
    byte[] bytes =
        configured == null
            ? secrets.of(NAME)
            : configured.reveal().getBytes(StandardCharsets.UTF_8);
    key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** 32 bytes for another purpose, from which this key cannot be found. */
  public byte[] derived(String purpose) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key());
      return mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  SecretKey key() {
    SecretKey started = key;
    if (started == null) {
      throw new IllegalStateException("the signing key was used before start()");
    }
    return started;
  }
}
