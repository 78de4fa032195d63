/** Peers that schedulers reported, for operators to see. */
@NullMarked
package dev.dragonfly.manager.peer;

import org.jspecify.annotations.NullMarked;
