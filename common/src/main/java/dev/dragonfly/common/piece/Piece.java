package dev.dragonfly.common.piece;

import dev.dragonfly.common.digest.Digest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A piece that somebody has, as it is reported.
 *
 * @param number from 0
 * @param offset first byte in the task
 * @param length bytes
 * @param digest CRC-32 of the piece, where known
 * @param traffic where the bytes came from
 * @param parentId peer that sent them, absent when they came from the source
 * @param cost time from request to verified
 * @param createdAt when it was complete
 */
public record Piece(
    int number,
    long offset,
    long length,
    Optional<Digest> digest,
    Traffic traffic,
    Optional<String> parentId,
    Duration cost,
    Instant createdAt) {
  /** Where bytes come from. */
  public enum Traffic {
    BACK_TO_SOURCE,
    REMOTE_PEER,
    LOCAL_PEER
  }

  public Piece {
    if (number < 0 || offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "not a piece: number %d offset %d length %d".formatted(number, offset, length));
    }
  }
}
