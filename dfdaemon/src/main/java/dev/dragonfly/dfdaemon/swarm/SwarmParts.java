package dev.dragonfly.dfdaemon.swarm;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import dev.dragonfly.dfdaemon.transfer.PieceClient;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What the swarms of all downloads share. All parts are safe for any thread.
 *
 * @param parentPieces asks parents what they have
 * @param pieceClient fetches pieces from parents
 * @param buffers memory for blocks on their way
 * @param time the clock
 * @param timers timers
 * @param random source of chance
 * @param settings how pieces are taken from parents
 * @param session the sessions with other hosts; absent where they are switched off
 */
public record SwarmParts(
    ParentPieces parentPieces,
    PieceClient pieceClient,
    BlockBuffers buffers,
    Time time,
    Timers timers,
    RandomGenerator random,
    SwarmSettings settings,
    Optional<TaskSwarms> session) {
  /** The same for a download that nobody takes part in. */
  public SwarmParts alone() {
    return new SwarmParts(
        parentPieces, pieceClient, buffers, time, timers, random, settings, Optional.empty());
  }
}
