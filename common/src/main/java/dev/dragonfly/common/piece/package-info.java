/** How a task is cut: pieces (the unit on the wire) and blocks (the unit that is verified). */
@NullMarked
package dev.dragonfly.common.piece;

import org.jspecify.annotations.NullMarked;
