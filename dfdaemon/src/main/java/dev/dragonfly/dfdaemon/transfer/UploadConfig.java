package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.config.DataSize;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How pieces are served to other peers.
 *
 * @param ip address to listen on; default all
 * @param port TCP port, default 4005; 0 for an ephemeral one
 * @param rateLimit bytes per second to all peers together; absent for no limit
 * @param slots pieces that are sent at the same time, default 128
 * @param slotWait how long a request waits for a free slot, default 2 s
 * @param pieceWait how long a request waits for a piece that is still being fetched, default 2 s:
 *     less than the patience of a peer
 * @param maxConnections open connections; further ones are closed at once; default 4096
 * @param requestTimeout within which the whole request must have arrived, default 10 s
 * @param stallTimeout within which a receiver must take a chunk of 1 MiB, default 30 s
 */
public record UploadConfig(
    String ip,
    Integer port,
    @Nullable DataSize rateLimit,
    int slots,
    Duration slotWait,
    Duration pieceWait,
    int maxConnections,
    Duration requestTimeout,
    Duration stallTimeout) {
  private static final int DEFAULT_PORT = 4005;
  private static final int MAX_PORT = 65535;

  public UploadConfig {
    ip = Objects.requireNonNullElse(ip, "0.0.0.0");
    port = Objects.requireNonNullElse(port, DEFAULT_PORT);
    slots = slots == 0 ? 128 : slots;
    slotWait = Objects.requireNonNullElse(slotWait, Duration.ofSeconds(2));
    pieceWait = Objects.requireNonNullElse(pieceWait, Duration.ofSeconds(2));
    maxConnections = maxConnections == 0 ? 4096 : maxConnections;
    requestTimeout = Objects.requireNonNullElse(requestTimeout, Duration.ofSeconds(10));
    stallTimeout = Objects.requireNonNullElse(stallTimeout, Duration.ofSeconds(30));
    if (port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 0 to 65535: " + port);
    }
    if (slots < 0 || maxConnections < 0) {
      throw new IllegalArgumentException(
          "slots and maxConnections must be positive: " + slots + ", " + maxConnections);
    }
  }

  /** All defaults, on the given port. */
  public static UploadConfig onPort(int port) {
    return new UploadConfig(
        "0.0.0.0",
        port,
        null,
        0,
        Duration.ofSeconds(2),
        Duration.ofSeconds(2),
        0,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30));
  }
}
