/** Starts the service: command line, configuration, wiring in order. */
@NullMarked
package dev.dragonfly.scheduler.app;

import org.jspecify.annotations.NullMarked;
