/** Measurements; each prints what it measured, docs/benchmarks.md says what came out. */
@NullMarked
package dev.dragonfly.bench;

import org.jspecify.annotations.NullMarked;
