package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.config.DataSize;
import java.time.Duration;

/**
 * How pieces are served to other peers.
 *
 * @param ip address to listen on
 * @param port TCP port; 0 for an ephemeral one
 * @param rateLimit bytes per second to all peers together; 0 for no limit
 * @param slots most pieces that are sent at the same time; fewer under a rate limit, so that each
 *     gets 1 MiB/s
 * @param slotWait how long a request waits for a free slot before it is told when to come back
 * @param strangerSlotWait the same for peers that do not know that answer and take it for a failed
 *     piece
 * @param pieceWait how long a request waits for a piece that is still being fetched: together with
 *     {@code slotWait} less than the patience of a peer
 * @param maxConnections open connections; further ones are closed at once
 * @param requestTimeout within which the whole request must have arrived
 * @param stallTimeout within which a receiver must take at least a byte
 * @param minimumRate bytes per second below which a receiver gives its slot up when others wait
 */
public record UploadConfig(
    String ip,
    int port,
    DataSize rateLimit,
    int slots,
    Duration slotWait,
    Duration strangerSlotWait,
    Duration pieceWait,
    int maxConnections,
    Duration requestTimeout,
    Duration stallTimeout,
    DataSize minimumRate) {
  private static final long SLOT_RATE = 1 << 20;
  private static final int FEWEST_SLOTS = 2;
  private static final long MIN_CHUNK = 64 << 10;
  private static final long MAX_CHUNK = 1 << 20;

  public UploadConfig {
    Bounds.port(port);
    Bounds.positive("slots", slots);
    Bounds.positive("maxConnections", maxConnections);
  }

  /** How many pieces are sent at the same time, so that no receiver starves under the limit. */
  int slotsUnderLimit() {
    if (rateLimit.bytes() == 0) {
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
    if (rateLimit.bytes() == 0) {
      return MAX_CHUNK;
    }
    return Math.clamp(rateLimit.bytes() / 4, MIN_CHUNK, MAX_CHUNK);
  }
}
