/** Digests as text, and the keys with which source readers sign. */
@NullMarked
package dev.dragonfly.common.digest;

import org.jspecify.annotations.NullMarked;
