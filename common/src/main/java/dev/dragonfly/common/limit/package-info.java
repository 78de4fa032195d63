/** Limits of bandwidth and concurrency. */
@NullMarked
package dev.dragonfly.common.limit;

import org.jspecify.annotations.NullMarked;
