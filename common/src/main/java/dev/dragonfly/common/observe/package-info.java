/** Metrics and their HTTP endpoint. */
@NullMarked
package dev.dragonfly.common.observe;

import org.jspecify.annotations.NullMarked;
