/** What this host announces of itself. */
@NullMarked
package dev.dragonfly.dfdaemon.host;

import org.jspecify.annotations.NullMarked;
