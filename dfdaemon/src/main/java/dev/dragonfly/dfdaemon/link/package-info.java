/** Swarm sessions: one lasting connection for each pair of hosts, see docs/protocol.md. */
@NullMarked
package dev.dragonfly.dfdaemon.link;

import org.jspecify.annotations.NullMarked;
