package dev.dragonfly.scheduler.dynconfig;

import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The manager.
 *
 * @param address {@code host:port} of its gRPC service
 * @param joinToken what is shown to it to be taken in; absent where it takes everybody in
 * @param keepAliveInterval time between signs of life
 * @param refreshInterval time between looks at the cluster's configuration and its seeds
 */
public record ManagerConfig(
    String address,
    Optional<JoinToken> joinToken,
    Duration keepAliveInterval,
    Duration refreshInterval) {
  @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // absent keys arrive as null
  public ManagerConfig(
      @Nullable String address,
      @Nullable Optional<JoinToken> joinToken,
      @Nullable Duration keepAliveInterval,
      @Nullable Duration refreshInterval) {
    if (address == null) {
      throw new IllegalArgumentException("manager.address must be host:port, got nothing");
    }
    HostAndPort.parse(address);
    this.address = address;
    this.joinToken = joinToken == null ? Optional.empty() : joinToken;
    this.keepAliveInterval = keepAliveInterval == null ? Duration.ofSeconds(5) : keepAliveInterval;
    this.refreshInterval = refreshInterval == null ? Duration.ofMinutes(1) : refreshInterval;
    if (!this.keepAliveInterval.isPositive() || !this.refreshInterval.isPositive()) {
      throw new IllegalArgumentException("the intervals of the manager must be more than 0");
    }
  }

  /** Name or address, and port, of the manager. */
  public HostAndPort place() {
    return HostAndPort.parse(address);
  }
}
