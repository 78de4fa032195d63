package dev.dragonfly.dfdaemon.dynconfig;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.Optional;

/**
 * The manager that knows the schedulers.
 *
 * @param address {@code host:port} of its gRPC service; absent where the schedulers are configured
 * @param refreshInterval how often it is asked
 * @param joinToken what a seed peer shows it to be taken in; ordinary peers need none
 */
public record ManagerConfig(
    Optional<String> address, Duration refreshInterval, Optional<JoinToken> joinToken) {
  public ManagerConfig {
    address.ifPresent(HostAndPort::parse);
    Bounds.positive("refreshInterval", refreshInterval);
  }
}
