/** Calls to the manager and to seed peers. */
@NullMarked
package dev.dragonfly.scheduler.client;

import org.jspecify.annotations.NullMarked;
