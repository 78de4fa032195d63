/** What a scheduler does for a job: preheats, and finding and deleting the copies of a task. */
@NullMarked
package dev.dragonfly.scheduler.job;

import org.jspecify.annotations.NullMarked;
