/** YAML into records that check themselves; errors name the key path and the file. */
@NullMarked
package dev.dragonfly.common.config;

import org.jspecify.annotations.NullMarked;
