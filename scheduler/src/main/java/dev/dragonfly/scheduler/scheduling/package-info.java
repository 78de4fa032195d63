/** Decides who is whose parent; pure, no I/O and no clock. */
@NullMarked
package dev.dragonfly.scheduler.scheduling;

import org.jspecify.annotations.NullMarked;
