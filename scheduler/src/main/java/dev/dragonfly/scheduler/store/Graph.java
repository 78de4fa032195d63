package dev.dragonfly.scheduler.store;

/**
 * All ports of the shared graph.
 *
 * @param hosts the hosts
 * @param tasks the tasks
 * @param peers the peers
 * @param leases rights that lapse
 * @param news what changed
 */
public record Graph(
    HostStore hosts, TaskStore tasks, PeerStore peers, LeaseStore leases, TaskNews news) {}
