package dev.dragonfly.dfdaemon.dynconfig;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The manager that knows the schedulers.
 *
 * @param address {@code host:port} of its gRPC service; absent where the schedulers are configured
 * @param refreshInterval how often it is asked (1 min)
 */
public record ManagerConfig(Optional<String> address, Duration refreshInterval) {
  /** No manager. */
  public static final ManagerConfig NONE =
      new ManagerConfig(Optional.empty(), Duration.ofMinutes(1));

  public ManagerConfig {
    address = Objects.requireNonNullElse(address, Optional.empty());
    address.ifPresent(HostAndPort::parse);
    refreshInterval = Objects.requireNonNullElse(refreshInterval, Duration.ofMinutes(1));
    if (!refreshInterval.isPositive()) {
      throw new IllegalArgumentException("refreshInterval must be more than 0");
    }
  }
}
