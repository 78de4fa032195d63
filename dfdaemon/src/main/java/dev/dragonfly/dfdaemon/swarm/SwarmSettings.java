package dev.dragonfly.dfdaemon.swarm;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a download takes pieces from parents.
 *
 * @param concurrentPieces pieces in flight for one download
 * @param piecesPerParent pieces in flight from one parent
 * @param idleAfter how long nothing may be in flight before a peer takes what is not its stripe
 * @param hedgeAfter how old a piece in flight may get before another parent is asked too
 * @param failuresPerParent failures in a row after which a parent is dropped
 */
public record SwarmSettings(
    int concurrentPieces,
    int piecesPerParent,
    Duration idleAfter,
    Duration hedgeAfter,
    int failuresPerParent) {
  /** Values for a configuration that does not say. */
  public static final SwarmSettings DEFAULT =
      new SwarmSettings(8, 4, Duration.ofMillis(50), Duration.ofSeconds(3), 2);

  public SwarmSettings(
      int concurrentPieces,
      int piecesPerParent,
      @Nullable Duration idleAfter,
      @Nullable Duration hedgeAfter,
      int failuresPerParent) {
    this.concurrentPieces = concurrentPieces == 0 ? 8 : concurrentPieces;
    this.piecesPerParent = piecesPerParent == 0 ? 4 : piecesPerParent;
    this.idleAfter = idleAfter == null ? Duration.ofMillis(50) : idleAfter;
    this.hedgeAfter = hedgeAfter == null ? Duration.ofSeconds(3) : hedgeAfter;
    this.failuresPerParent = failuresPerParent == 0 ? 2 : failuresPerParent;
    if (this.concurrentPieces < 1 || this.piecesPerParent < 1 || this.failuresPerParent < 1) {
      throw new IllegalArgumentException(
          "concurrentPieces, piecesPerParent and failuresPerParent must be positive");
    }
  }
}
