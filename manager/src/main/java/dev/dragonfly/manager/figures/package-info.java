/** What happened in the clusters, over a day, as their schedulers counted it. */
@NullMarked
package dev.dragonfly.manager.figures;

import org.jspecify.annotations.NullMarked;
