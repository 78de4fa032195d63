package dev.dragonfly.dfdaemon.transfer;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Patience with the peers that pieces are fetched from.
 *
 * @param connectTimeout within which a connection must be there, default 2 s
 * @param noProgress within which the next byte must come, default 3 s
 */
public record PieceClientConfig(@Nullable Duration connectTimeout, @Nullable Duration noProgress) {
  public PieceClientConfig {
    connectTimeout = connectTimeout == null ? Duration.ofSeconds(2) : connectTimeout;
    noProgress = noProgress == null ? Duration.ofSeconds(3) : noProgress;
    if (!connectTimeout.isPositive() || !noProgress.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts must be positive: connectTimeout %s, noProgress %s"
              .formatted(connectTimeout, noProgress));
    }
  }

  /** All defaults. */
  public static PieceClientConfig defaults() {
    return new PieceClientConfig(null, null);
  }
}
