package dev.dragonfly.scheduler.job;

import dev.dragonfly.common.host.HostId;

/**
 * One content on one host.
 *
 * @param url the content as the order names it
 * @param host where it is to be
 */
public record Target(String url, HostId host) {}
