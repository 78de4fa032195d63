package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.config.DataSize;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How pieces are served to other peers.
 *
 * @param ip address to listen on
 * @param port TCP port; 0 for an ephemeral one
 * @param rateLimit bytes per second to all peers together; absent for no limit
 * @param slots pieces that are sent at the same time
 * @param slotWait how long a request waits for a free slot
 * @param pieceWait how long a request waits for a piece that is still being fetched: less than the
 *     patience of a peer
 * @param maxConnections open connections; further ones are closed at once
 * @param requestTimeout within which the whole request must have arrived
 * @param stallTimeout within which a receiver must take a chunk of 1 MiB
 */
public record UploadConfig(
    String ip,
    int port,
    @Nullable DataSize rateLimit,
    int slots,
    Duration slotWait,
    Duration pieceWait,
    int maxConnections,
    Duration requestTimeout,
    Duration stallTimeout) {
  private static final int MAX_PORT = 65535;

  public UploadConfig {
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 0 to 65535: " + port);
    }
    if (slots < 1 || maxConnections < 1) {
      throw new IllegalArgumentException(
          "slots and maxConnections must be positive: " + slots + ", " + maxConnections);
    }
  }
}
