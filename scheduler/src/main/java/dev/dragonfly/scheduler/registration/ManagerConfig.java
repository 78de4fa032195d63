package dev.dragonfly.scheduler.registration;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the manager is.
 *
 * @param address {@code host:port} of its gRPC service
 * @param keepAliveInterval time between signs of life
 * @param refreshInterval time between looks at the cluster's configuration
 */
public record ManagerConfig(String address, Duration keepAliveInterval, Duration refreshInterval) {
  public ManagerConfig(
      @Nullable String address,
      @Nullable Duration keepAliveInterval,
      @Nullable Duration refreshInterval) {
    if (address == null || !address.matches(".+:[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "manager.address must be host:port, got '" + address + "'");
    }
    this.address = address;
    this.keepAliveInterval = keepAliveInterval == null ? Duration.ofSeconds(5) : keepAliveInterval;
    this.refreshInterval = refreshInterval == null ? Duration.ofMinutes(1) : refreshInterval;
  }

  /** Name or address of the manager. */
  public String host() {
    return address.substring(0, address.lastIndexOf(':'));
  }

  /** Port of the manager. */
  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
