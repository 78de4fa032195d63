/** Which piece to fetch next, from whom, and how it gets from an origin into the store. */
@NullMarked
package dev.dragonfly.dfdaemon.piece;

import org.jspecify.annotations.NullMarked;
