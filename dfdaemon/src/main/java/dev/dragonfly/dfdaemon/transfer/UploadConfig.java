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
 * @param slots most pieces that are sent at the same time, default 128; fewer under a rate limit,
 *     so that each gets 1 MiB/s
 * @param slotWait how long a request waits for a free slot before it is told when to come back,
 *     default 200 ms
 * @param strangerSlotWait the same for peers that do not know that answer and take it for a failed
 *     piece, default 20 s
 * @param pieceWait how long a request waits for a piece that is still being fetched, default 2 s:
 *     together with {@code slotWait} less than the patience of a peer
 * @param maxConnections open connections; further ones are closed at once; default 4096
 * @param requestTimeout within which the whole request must have arrived, default 10 s
 * @param stallTimeout within which a receiver must take at least a byte, default 30 s
 * @param minimumRate bytes per second below which a receiver gives its slot up when others wait,
 *     default 64 KiB
 */
public record UploadConfig(
    String ip,
    Integer port,
    @Nullable DataSize rateLimit,
    int slots,
    Duration slotWait,
    Duration strangerSlotWait,
    Duration pieceWait,
    int maxConnections,
    Duration requestTimeout,
    Duration stallTimeout,
    DataSize minimumRate) {
  private static final int DEFAULT_PORT = 4005;
  private static final int MAX_PORT = 65535;
  private static final long SLOT_RATE = 1 << 20;
  private static final int FEWEST_SLOTS = 2;
  private static final long MIN_CHUNK = 64 << 10;
  private static final long MAX_CHUNK = 1 << 20;

  public UploadConfig {
    ip = Objects.requireNonNullElse(ip, "0.0.0.0");
    port = Objects.requireNonNullElse(port, DEFAULT_PORT);
    slots = slots == 0 ? 128 : slots;
    slotWait = Objects.requireNonNullElse(slotWait, Duration.ofMillis(200));
    strangerSlotWait = Objects.requireNonNullElse(strangerSlotWait, Duration.ofSeconds(20));
    pieceWait = Objects.requireNonNullElse(pieceWait, Duration.ofSeconds(2));
    maxConnections = maxConnections == 0 ? 4096 : maxConnections;
    requestTimeout = Objects.requireNonNullElse(requestTimeout, Duration.ofSeconds(10));
    stallTimeout = Objects.requireNonNullElse(stallTimeout, Duration.ofSeconds(30));
    minimumRate = Objects.requireNonNullElseGet(minimumRate, () -> new DataSize(64 << 10));
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
        Duration.ofMillis(200),
        Duration.ofSeconds(20),
        Duration.ofSeconds(2),
        0,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        new DataSize(64 << 10));
  }

  /** How many pieces are sent at the same time, so that no receiver starves under the limit. */
  int slotsUnderLimit() {
    if (rateLimit == null || rateLimit.bytes() == 0) {
      return slots;
    }
    long worthOne = Math.max(FEWEST_SLOTS, rateLimit.bytes() / SLOT_RATE);
    return (int) Math.min(slots, worthOne);
  }

  /**
   * Bytes that are warmed, paid for and sent at a time: at most a quarter of a second's worth, so
   * that a receiver's patience for the next byte outlasts all the others' turns.
   */
  long chunkLength() {
    if (rateLimit == null || rateLimit.bytes() == 0) {
      return MAX_CHUNK;
    }
    return Math.clamp(rateLimit.bytes() / 4, MIN_CHUNK, MAX_CHUNK);
  }
}
