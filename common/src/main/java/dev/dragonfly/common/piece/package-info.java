/**
 * How a task is cut: pieces (the unit on the wire) and blocks (the unit that is verified), and the
 * signed runs of block digests that make bytes verifiable end to end.
 */
@NullMarked
package dev.dragonfly.common.piece;

import org.jspecify.annotations.NullMarked;
