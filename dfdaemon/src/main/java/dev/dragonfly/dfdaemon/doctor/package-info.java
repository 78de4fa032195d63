/**
 * Says what is wrong with a daemon and its surroundings, and what to do. Each {@code Check} is one
 * question; all are asked at the same time, and none is waited for longer than a few seconds.
 */
@NullMarked
package dev.dragonfly.dfdaemon.doctor;

import org.jspecify.annotations.NullMarked;
