package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.piece.RunSigner;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.source.SourceClient;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import java.util.random.RandomGenerator;

/**
 * What all who read sources share. All parts are safe for any thread.
 *
 * @param client reads sources
 * @param signer signs what this host reads from them
 * @param buffers memory for blocks on their way
 * @param time the clock
 * @param timers timers
 * @param random source of chance
 * @param settings how sources are read
 */
public record SourceReading(
    SourceClient client,
    RunSigner signer,
    BlockBuffers buffers,
    Time time,
    Timers timers,
    RandomGenerator random,
    SourceSettings settings) {}
