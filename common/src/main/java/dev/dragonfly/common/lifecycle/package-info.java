/** Ordered close of what was started. */
@NullMarked
package dev.dragonfly.common.lifecycle;

import org.jspecify.annotations.NullMarked;
