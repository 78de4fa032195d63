/** Asks registries which blobs an image has. */
@NullMarked
package dev.dragonfly.common.registry;

import org.jspecify.annotations.NullMarked;
