package dev.dragonfly.dfdaemon.transfer;

import java.time.Duration;
import java.util.Objects;

/**
 * Patience with the peers that pieces are fetched from.
 *
 * @param connectTimeout within which a connection must be there, default 2 s
 * @param noProgress within which the next byte must come, default 3 s
 */
public record PieceClientConfig(Duration connectTimeout, Duration noProgress) {
  public PieceClientConfig {
    connectTimeout = Objects.requireNonNullElse(connectTimeout, Duration.ofSeconds(2));
    noProgress = Objects.requireNonNullElse(noProgress, Duration.ofSeconds(3));
    if (!connectTimeout.isPositive() || !noProgress.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts must be positive: connectTimeout %s, noProgress %s"
              .formatted(connectTimeout, noProgress));
    }
  }

  /** All defaults. */
  public static PieceClientConfig defaults() {
    return new PieceClientConfig(Duration.ofSeconds(2), Duration.ofSeconds(3));
  }
}
