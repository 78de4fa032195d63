package dev.dragonfly.manager.user;

import dev.dragonfly.common.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who may call.
 *
 * @param passwordFile where the generated password of {@code root} is written at the first start
 * @param jwtKey signs sessions; absent: made up at the first start and kept in the database
 * @param sessionDuration how long a sign-in lasts, and how long after it a session can be renewed
 */
public record AuthConfig(Path passwordFile, @Nullable Secret jwtKey, Duration sessionDuration) {
  public AuthConfig {
    passwordFile =
        passwordFile == null ? Path.of("/var/lib/dragonfly/manager/root-password") : passwordFile;
    sessionDuration = sessionDuration == null ? Duration.ofDays(2) : sessionDuration;
  }
}
