package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The manager that knows the schedulers.
 *
 * @param address {@code host:port} of its gRPC service; absent where the schedulers are configured
 * @param refreshInterval how often it is asked (1 min)
 * @param joinToken what a seed peer shows it to be taken in; ordinary peers need none
 */
public record ManagerConfig(
    Optional<String> address, Duration refreshInterval, Optional<JoinToken> joinToken) {
  /** No manager. */
  public static final ManagerConfig NONE =
      new ManagerConfig(Optional.empty(), Duration.ofMinutes(1), Optional.empty());

  public ManagerConfig {
    address = Objects.requireNonNullElse(address, Optional.empty());
    address.ifPresent(HostAndPort::parse);
    refreshInterval = Objects.requireNonNullElse(refreshInterval, Duration.ofMinutes(1));
    joinToken = Objects.requireNonNullElse(joinToken, Optional.empty());
    if (!refreshInterval.isPositive()) {
      throw new IllegalArgumentException("refreshInterval must be more than 0");
    }
  }
}
