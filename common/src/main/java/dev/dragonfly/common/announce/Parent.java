package dev.dragonfly.common.announce;

import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.PeerId;

/**
 * A peer that the scheduler offers as a parent.
 *
 * @param peerId the peer
 * @param host where it runs
 * @param finished whether it has the whole task
 */
public record Parent(PeerId peerId, Host host, boolean finished) {}
