/** Assembly of the daemon: configuration, start and stop. */
@NullMarked
package dev.dragonfly.dfdaemon.app;

import org.jspecify.annotations.NullMarked;
