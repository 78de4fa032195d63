package dev.dragonfly.manager.dispatch;

/**
 * The scheduler that is asked.
 *
 * @param clusterId number of its cluster
 * @param hostname with ip, under which it registered; its list of jobs in Redis is named by them
 * @param port gRPC
 */
public record SchedulerAddress(long clusterId, String hostname, String ip, int port) {}
