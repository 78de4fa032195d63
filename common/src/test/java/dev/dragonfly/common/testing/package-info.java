/** What tests of all modules share. */
@NullMarked
package dev.dragonfly.common.testing;

import org.jspecify.annotations.NullMarked;
