/** Which block is asked of whom, and what a seed shows to whom: pure, without a clock. */
@NullMarked
package dev.dragonfly.dfdaemon.swarm.policy;

import org.jspecify.annotations.NullMarked;
