package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.config.Bounds;
import java.time.Duration;

/**
 * Patience with the peers that pieces are fetched from.
 *
 * @param connectTimeout within which a connection must be there
 * @param noProgress within which the next byte must come
 */
public record PieceClientConfig(Duration connectTimeout, Duration noProgress) {
  public PieceClientConfig {
    Bounds.positive("connectTimeout", connectTimeout);
    Bounds.positive("noProgress", noProgress);
  }
}
