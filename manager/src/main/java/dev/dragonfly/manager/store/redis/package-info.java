/** Redis: what schedulers keep there, and the job lists that those of upstream read. */
@NullMarked
package dev.dragonfly.manager.store.redis;

import org.jspecify.annotations.NullMarked;
