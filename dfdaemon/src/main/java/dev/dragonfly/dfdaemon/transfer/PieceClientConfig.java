package dev.dragonfly.dfdaemon.transfer;

import java.time.Duration;

/**
 * Patience with the peers that pieces are fetched from.
 *
 * @param connectTimeout within which a connection must be there
 * @param noProgress within which the next byte must come
 */
public record PieceClientConfig(Duration connectTimeout, Duration noProgress) {
  public PieceClientConfig {
    if (!connectTimeout.isPositive() || !noProgress.isPositive()) {
      throw new IllegalArgumentException(
          "timeouts must be positive: connectTimeout %s, noProgress %s"
              .formatted(connectTimeout, noProgress));
    }
  }
}
