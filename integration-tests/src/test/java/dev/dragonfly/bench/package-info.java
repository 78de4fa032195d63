/** Tests of what measurements compute. */
@NullMarked
package dev.dragonfly.bench;

import org.jspecify.annotations.NullMarked;
