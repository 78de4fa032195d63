/** Values of the cluster that the manager changes at run time. */
@NullMarked
package dev.dragonfly.scheduler.dynconfig;

import org.jspecify.annotations.NullMarked;
