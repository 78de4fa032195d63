/** What happens in the cluster, counted in slots of ten seconds and told to the manager. */
@NullMarked
package dev.dragonfly.scheduler.figures;

import org.jspecify.annotations.NullMarked;
