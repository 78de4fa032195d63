/**
 * The sealed dialogue between a peer and its scheduler; both ends speak it, the wire is mapped to
 * it once.
 */
@NullMarked
package dev.dragonfly.common.announce;

import org.jspecify.annotations.NullMarked;
