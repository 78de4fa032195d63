/** The clock and timers, injected; the only place that reads the system clock. */
@NullMarked
package dev.dragonfly.common.time;

import org.jspecify.annotations.NullMarked;
