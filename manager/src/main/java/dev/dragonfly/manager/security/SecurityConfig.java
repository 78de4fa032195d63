package dev.dragonfly.manager.security;

import dev.dragonfly.common.manager.JoinToken;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which schedulers and seed peers are taken in.
 *
 * @param joinToken what they must show; absent: made up at the first start and kept in the database
 * @param joinTokenFile where the made-up token is written; absent: beside the password of root
 * @param mixed whether those are taken in too that show none, as services of upstream do
 */
public record SecurityConfig(
    Optional<JoinToken> joinToken, @Nullable Path joinTokenFile, boolean mixed) {
  private static final String FILE = "join-token";

  /** The same with a file for the token: where none is named, beside this one. */
  public SecurityConfig beside(Path passwordFile) {
    return joinTokenFile == null
        ? new SecurityConfig(joinToken, passwordFile.resolveSibling(FILE), mixed)
        : this;
  }

  /** Where the made-up token is found; empty when the token is configured. */
  public Optional<Path> madeUpTokenFile() {
    return joinToken.isPresent()
        ? Optional.empty()
        : Optional.ofNullable(joinTokenFile).map(Path::toAbsolutePath);
  }
}
