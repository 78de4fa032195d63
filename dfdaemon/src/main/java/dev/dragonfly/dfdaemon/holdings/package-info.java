/** Telling schedulers what this host holds. */
@NullMarked
package dev.dragonfly.dfdaemon.holdings;

import org.jspecify.annotations.NullMarked;
