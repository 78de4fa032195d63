/** Tests that hold the wire still. */
@NullMarked
package dev.dragonfly.api;

import org.jspecify.annotations.NullMarked;
