/** Makes this scheduler known to the manager and keeps it known. */
@NullMarked
package dev.dragonfly.scheduler.registration;

import org.jspecify.annotations.NullMarked;
