/**
 * A whole cluster on one machine: real services as processes, with real stores, for people and for
 * tests.
 */
@NullMarked
package dev.dragonfly.cluster;

import org.jspecify.annotations.NullMarked;
