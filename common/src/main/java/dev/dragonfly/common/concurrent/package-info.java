/** Threads by name, the disk executor, single flight. */
@NullMarked
package dev.dragonfly.common.concurrent;

import org.jspecify.annotations.NullMarked;
