/**
 * Whole clusters in one thread on virtual time: the production decisions of scheduler and daemon
 * under members that are slow, busy, lying or dying, by seed.
 */
@NullMarked
package dev.dragonfly.simulation;

import org.jspecify.annotations.NullMarked;
