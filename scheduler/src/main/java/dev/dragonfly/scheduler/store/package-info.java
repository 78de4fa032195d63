/** Ports to the graph that all schedulers share. */
@NullMarked
package dev.dragonfly.scheduler.store;

import org.jspecify.annotations.NullMarked;
