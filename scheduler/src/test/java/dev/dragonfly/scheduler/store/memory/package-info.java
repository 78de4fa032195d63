/** The ports of the graph in memory, for tests. */
@NullMarked
package dev.dragonfly.scheduler.store.memory;

import org.jspecify.annotations.NullMarked;
