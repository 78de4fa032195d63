package dev.dragonfly.manager.user;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who may call.
 *
 * @param passwordFile where the generated password of {@code root} is written at the first start
 * @param rootPassword the password of {@code root} at the first start; absent: made up and written
 *     to that file
 * @param jwtKey signs sessions; absent: made up at the first start and kept in the database
 * @param sessionDuration how long a session lasts, and how long after its begin it can be renewed
 * @param signUp whether anybody may make an account for himself, with the role guest
 * @param githubUrl a GitHub server of one's own; absent: github.com
 * @param signInDuration how long after a sign-in its sessions end, renewed or not
 */
public record AuthConfig(
    Path passwordFile,
    @Nullable Secret rootPassword,
    @Nullable Secret jwtKey,
    Duration sessionDuration,
    Duration signInDuration,
    boolean signUp,
    @Nullable String githubUrl) {
  /** What HMAC-SHA-256 asks for; a shorter key could be guessed from a token. */
  private static final int KEY_BYTES = 32;

  /** A shorter one can be guessed; bcrypt reads no further than the last. */
  private static final int PASSWORD_MIN_BYTES = 12;

  private static final int PASSWORD_MAX_BYTES = 72;

  public AuthConfig {
    if (rootPassword != null
        && (bytes(rootPassword) < PASSWORD_MIN_BYTES || bytes(rootPassword) > PASSWORD_MAX_BYTES)) {
      throw new ConfigException(
          "rootPassword has not %d to %d bytes".formatted(PASSWORD_MIN_BYTES, PASSWORD_MAX_BYTES));
    }
    if (jwtKey != null && bytes(jwtKey) < KEY_BYTES) {
      throw new ConfigException("jwtKey is shorter than " + KEY_BYTES + " bytes");
    }
    if (!sessionDuration.isPositive() || signInDuration.compareTo(sessionDuration) < 0) {
      throw new ConfigException(
          "sessionDuration %s and signInDuration %s, expected 0 < sessionDuration <= signInDuration"
              .formatted(sessionDuration, signInDuration));
    }
  }

  private static int bytes(Secret secret) {
    return secret.reveal().getBytes(StandardCharsets.UTF_8).length;
  }
}
