package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.List;

/**
 * How schedulers are found and spoken to.
 *
 * @param addresses {@code host:port} of the schedulers where no manager tells them; names are
 *     resolved again at every refresh
 * @param refreshInterval how often names are resolved again
 * @param announceInterval how often this host announces itself
 * @param holdingsInterval how often it tells what it holds
 * @param connectTimeout how long a connection may take before the next scheduler is tried
 * @param headersTimeout how long response headers may take
 * @param registerTimeout how long the answer to a register or reschedule may take; longer than a
 *     scheduler waits for its seed
 * @param closeTimeout how long the end of a download waits for its last report to arrive
 * @param leaveTimeout how long a daemon that stops tries to say so
 */
public record SchedulerConfig(
    List<String> addresses,
    Duration refreshInterval,
    Duration announceInterval,
    Duration holdingsInterval,
    Duration connectTimeout,
    Duration headersTimeout,
    Duration registerTimeout,
    Duration closeTimeout,
    Duration leaveTimeout) {
  public SchedulerConfig {
    addresses = List.copyOf(addresses);
    addresses.forEach(HostAndPort::parse);
    Bounds.positive("refreshInterval", refreshInterval);
    Bounds.positive("announceInterval", announceInterval);
    Bounds.positive("holdingsInterval", holdingsInterval);
    Bounds.positive("connectTimeout", connectTimeout);
    Bounds.positive("headersTimeout", headersTimeout);
    Bounds.positive("registerTimeout", registerTimeout);
    Bounds.positive("closeTimeout", closeTimeout);
    Bounds.positive("leaveTimeout", leaveTimeout);
  }
}
