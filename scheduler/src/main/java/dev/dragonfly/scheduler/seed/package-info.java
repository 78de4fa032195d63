/** Makes seeds fetch what is cold, once per task in the cluster. */
@NullMarked
package dev.dragonfly.scheduler.seed;

import org.jspecify.annotations.NullMarked;
