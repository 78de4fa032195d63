/** Threads by name and the disk executor. */
@NullMarked
package dev.dragonfly.common.concurrent;

import org.jspecify.annotations.NullMarked;
