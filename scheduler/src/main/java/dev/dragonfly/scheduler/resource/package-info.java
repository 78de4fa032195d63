/** The nouns of the graph: tasks, peers and what a decision sees of them. */
@NullMarked
package dev.dragonfly.scheduler.resource;

import org.jspecify.annotations.NullMarked;
