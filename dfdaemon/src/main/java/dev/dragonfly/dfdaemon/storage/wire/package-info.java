/** The journal of a task as bytes. */
@NullMarked
package dev.dragonfly.dfdaemon.storage.wire;

import org.jspecify.annotations.NullMarked;
