package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.client.ParentPieces;
import dev.dragonfly.dfdaemon.source.SourceClient;
import dev.dragonfly.dfdaemon.transfer.PieceClient;
import java.util.random.RandomGenerator;

/**
 * What all downloads of a daemon share. All parts are safe for any thread.
 *
 * @param parentPieces asks parents what they have
 * @param pieceClient fetches pieces from parents
 * @param sourceClient reads sources
 * @param signer signs what this host reads from sources
 * @param buffers memory for blocks on their way
 * @param time the clock
 * @param timers timers
 * @param random source of chance
 * @param swarm how pieces are taken from parents
 * @param source how sources are read
 */
public record Engine(
    ParentPieces parentPieces,
    PieceClient pieceClient,
    SourceClient sourceClient,
    RunSigner signer,
    BlockBuffers buffers,
    Time time,
    Timers timers,
    RandomGenerator random,
    SwarmSettings swarm,
    SourceSettings source) {}
