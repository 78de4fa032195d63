/** Fakes and real servers for the scheduler's tests. */
@NullMarked
package dev.dragonfly.scheduler.testing;

import org.jspecify.annotations.NullMarked;
