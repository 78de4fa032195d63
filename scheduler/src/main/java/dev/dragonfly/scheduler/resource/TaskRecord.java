package dev.dragonfly.scheduler.resource;

import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import java.time.Instant;

/**
 * A task as the cluster knows it.
 *
 * @param id its identity
 * @param spec what is downloaded; without request headers, they may be secrets
 * @param facts what is known of the content
 * @param createdAt when it was first heard of
 * @param updatedAt when something was last learnt
 */
public record TaskRecord(
    TaskId id, TaskSpec spec, TaskFacts facts, Instant createdAt, Instant updatedAt) {}
