/** Values inside the frames of a swarm session that are protobuf. */
@NullMarked
package dev.dragonfly.dfdaemon.link.wire;

import org.jspecify.annotations.NullMarked;
