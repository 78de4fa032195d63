package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.storage.BlockBuffers;

/**
 * What all links of this host share.
 *
 * @param download bandwidth of all that is received from peers
 */
record LinkParts(
    LinkConfig config,
    Acceptor acceptor,
    BlockBuffers buffers,
    Bandwidth download,
    BlockSender sender,
    Time time,
    LinkListener listener) {}
