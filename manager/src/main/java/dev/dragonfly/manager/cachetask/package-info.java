/** Persistent cache tasks: read from what schedulers keep of them. */
@NullMarked
package dev.dragonfly.manager.cachetask;

import org.jspecify.annotations.NullMarked;
