/** Jobs on a real database, with schedulers and registries in memory. */
@NullMarked
package dev.dragonfly.manager.job;

import org.jspecify.annotations.NullMarked;
