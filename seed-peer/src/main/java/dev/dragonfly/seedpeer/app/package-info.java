/** Assembly of the seed peer: the daemon's engine, announced as a seed and registered. */
@NullMarked
package dev.dragonfly.seedpeer.app;

import org.jspecify.annotations.NullMarked;
