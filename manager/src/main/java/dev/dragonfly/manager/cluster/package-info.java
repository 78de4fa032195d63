/** Clusters of schedulers and of seed peers, and which belong together. */
@NullMarked
package dev.dragonfly.manager.cluster;

import org.jspecify.annotations.NullMarked;
