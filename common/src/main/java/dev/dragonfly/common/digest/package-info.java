/** Digests and the signed runs of block digests that make bytes verifiable end to end. */
@NullMarked
package dev.dragonfly.common.digest;

import org.jspecify.annotations.NullMarked;
