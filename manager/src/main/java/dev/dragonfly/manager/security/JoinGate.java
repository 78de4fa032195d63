package dev.dragonfly.manager.security;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.manager.JoinToken;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Decides who may join as a scheduler or seed peer. Whoever joins is handed to all daemons and gets
 * the credentials of their callers, so nobody joins without the token. Safe for any thread.
 */
@Component
public final class JoinGate {
  private static final Logger LOG = LoggerFactory.getLogger(JoinGate.class);
  private static final String NAME = "join-token";

  private final SecurityConfig config;
  private final SharedSecrets secrets;
  private volatile @Nullable JoinToken token;

  public JoinGate(SecurityConfig config, SharedSecrets secrets) {
    this.config = config;
    this.secrets = secrets;
  }

  /**
   * Finds or makes the token and writes its file; blocks on the database.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when the file cannot be written
   */
  public void start() {
    token = config.joinToken().orElseGet(this::shared);
    if (config.mixed()) {
      LOG.warn(
          "security.mixed is on: whoever reaches the gRPC port can join as a scheduler or seed peer and is given credentials of callers");
    }
  }

  /**
   * Why a caller who shows this may not join; empty when he may.
   *
   * @param shown null when he shows nothing
   */
  public Optional<String> refusal(@Nullable String shown) {
    JoinToken expected = token();
    if (shown == null) {
      return config.mixed() ? Optional.empty() : Optional.of("no join token");
    }
    // A wrong one is refused in a mixed fleet too: it is a mistake that somebody wants to know of.
    return expected.matches(shown) ? Optional.empty() : Optional.of("a wrong join token");
  }

  /** What all of the fleet know; a manager shows it to schedulers. */
  public JoinToken token() {
    JoinToken known = token;
    if (known == null) {
      throw new IllegalStateException("the join token was used before start()");
    }
    return known;
  }

  private JoinToken shared() {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(secrets.of(NAME));
    Path file = config.madeUpTokenFile().orElseThrow();
    if (!SecretFile.says(file, text)) {
      SecretFile.write(file, text, "the join token", "security.joinTokenFile");
      LOG.info("join token written file={}", file);
    }
    return JoinToken.of(Secret.of(text));
  }
}
