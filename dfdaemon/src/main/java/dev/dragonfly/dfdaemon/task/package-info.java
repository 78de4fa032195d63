/** One download from request to verified bytes; the corridor that every door leads to. */
@NullMarked
package dev.dragonfly.dfdaemon.task;

import org.jspecify.annotations.NullMarked;
