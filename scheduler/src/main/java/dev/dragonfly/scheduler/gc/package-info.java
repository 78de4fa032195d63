/** Clears what expired out of the indexes. */
@NullMarked
package dev.dragonfly.scheduler.gc;

import org.jspecify.annotations.NullMarked;
