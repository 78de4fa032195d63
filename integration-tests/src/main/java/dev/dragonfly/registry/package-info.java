/**
 * Container images, registries and runtimes: real ones where it matters, a lying one for faults.
 */
@NullMarked
package dev.dragonfly.registry;

import org.jspecify.annotations.NullMarked;
