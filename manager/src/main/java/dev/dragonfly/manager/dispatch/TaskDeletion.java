package dev.dragonfly.manager.dispatch;

/**
 * What became of a task on a host.
 *
 * @param failure why the host still holds it; empty where it is gone
 */
public record TaskDeletion(JobHost host, String failure) {}
