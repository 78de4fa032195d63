/** Jobs: kept in the database, done by whichever manager is free, shown over REST. */
@NullMarked
package dev.dragonfly.manager.job;

import org.jspecify.annotations.NullMarked;
