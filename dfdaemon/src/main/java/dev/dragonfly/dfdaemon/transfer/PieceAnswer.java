package dev.dragonfly.dfdaemon.transfer;

import java.time.Duration;

/** What a parent answers to a request that it does not refuse. */
public sealed interface PieceAnswer permits PieceResponse, PieceAnswer.Busy {
  /**
   * The parent has the piece and no room for another upload. Nobody's failure.
   *
   * @param retryAfter when it expects to have room, bounded by the reader of the answer
   */
  record Busy(Duration retryAfter) implements PieceAnswer {}
}
