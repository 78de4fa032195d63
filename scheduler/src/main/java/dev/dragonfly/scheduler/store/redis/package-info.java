/** The graph in Redis; the only package that knows Lettuce. */
@NullMarked
package dev.dragonfly.scheduler.store.redis;

import org.jspecify.annotations.NullMarked;
