/** What schedulers keep in Redis, to read. */
@NullMarked
package dev.dragonfly.manager.store.redis;

import org.jspecify.annotations.NullMarked;
