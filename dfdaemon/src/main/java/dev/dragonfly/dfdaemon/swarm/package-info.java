/** Taking pieces from parents: who has what, which piece next, from whom. */
@NullMarked
package dev.dragonfly.dfdaemon.swarm;

import org.jspecify.annotations.NullMarked;
