package dev.dragonfly.manager.dispatch;

import java.time.Instant;

/**
 * A host that holds a task.
 *
 * @param finished whether it has the whole
 */
public record TaskHolder(JobHost host, boolean finished, Instant createdAt, Instant updatedAt) {}
