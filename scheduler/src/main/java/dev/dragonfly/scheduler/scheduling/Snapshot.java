package dev.dragonfly.scheduler.scheduling;

import dev.dragonfly.scheduler.resource.TaskView;

/**
 * All that a decision may depend on.
 *
 * @param child who asks
 * @param view what the graph shows of its task
 * @param seedsAvailable whether a live seed other than the child's host could be asked
 */
public record Snapshot(Child child, TaskView view, boolean seedsAvailable) {}
