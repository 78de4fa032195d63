package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.config.DataSize;
import java.time.Duration;

/**
 * How a download takes pieces from parents.
 *
 * @param concurrentPieces pieces in flight for one download
 * @param piecesPerParent pieces in flight from one parent
 * @param idleAfter how long nothing may be in flight before a peer takes what is not its stripe
 * @param hedgeAfter how old a piece in flight may get before another parent is asked too
 * @param failuresPerParent failures in a row after which a parent is dropped
 * @param minimumRate bytes per second below which a piece in flight is given up, after five seconds
 */
public record SwarmSettings(
    int concurrentPieces,
    int piecesPerParent,
    Duration idleAfter,
    Duration hedgeAfter,
    int failuresPerParent,
    DataSize minimumRate) {
  public SwarmSettings {
    Bounds.positive("concurrentPieces", concurrentPieces);
    Bounds.positive("piecesPerParent", piecesPerParent);
    Bounds.positive("failuresPerParent", failuresPerParent);
  }

  /**
   * The least rate cannot be more than this host itself lets each of its requests have.
   *
   * @param bytesPerSecond this host's own limit, 0 for none
   * @param downloads that fetch at the same time
   */
  public SwarmSettings under(long bytesPerSecond, int downloads) {
    long share = bytesPerSecond / ((long) downloads * concurrentPieces * 2);
    boolean slower = bytesPerSecond > 0 && share < minimumRate.bytes();
    return new SwarmSettings(
        concurrentPieces,
        piecesPerParent,
        idleAfter,
        hedgeAfter,
        failuresPerParent,
        slower ? new DataSize(share) : minimumRate);
  }
}
