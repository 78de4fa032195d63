/** One announce stream of one peer: its state, its waiting, its answers. */
@NullMarked
package dev.dragonfly.scheduler.session;

import org.jspecify.annotations.NullMarked;
