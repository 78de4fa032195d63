package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.time.Timers;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;
import java.util.function.IntSupplier;

/**
 * What {@link Links} stand on; all of it outlives them.
 *
 * @param self this host
 * @param port where it serves pieces; asked for with each connection
 * @param upload bandwidth of all uploads together
 * @param download bandwidth of all that comes from peers
 */
public record LinkGround(
    HostId self,
    IntSupplier port,
    EventLoops loops,
    DiskExecutor disk,
    BlockBuffers buffers,
    Bandwidth upload,
    Bandwidth download,
    Time time,
    Timers timers) {}
