package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.Optional;

/**
 * The manager.
 *
 * @param address {@code host:port} of its gRPC service; absent where there is none
 * @param joinToken what is shown to it to be taken in; absent where it takes everybody in
 * @param keepAliveInterval time between signs of life
 * @param refreshInterval time between looks at the cluster's configuration and its seeds, those
 *     that the configuration names included
 */
public record ManagerConfig(
    Optional<String> address,
    Optional<JoinToken> joinToken,
    Duration keepAliveInterval,
    Duration refreshInterval) {
  public ManagerConfig {
    address.ifPresent(HostAndPort::parse);
    if (!keepAliveInterval.isPositive() || !refreshInterval.isPositive()) {
      throw new IllegalArgumentException("the intervals of the manager must be more than 0");
    }
  }

  /** Name or address, and port, of the manager. */
  public Optional<HostAndPort> place() {
    return address.map(HostAndPort::parse);
  }
}
