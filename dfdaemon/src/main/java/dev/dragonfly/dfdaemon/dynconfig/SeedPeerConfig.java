package dev.dragonfly.dfdaemon.dynconfig;

import java.time.Duration;

/**
 * How a seed peer is known to the manager. Schedulers ask only seeds that the manager lists, or
 * that their own configuration names. An ordinary peer ignores it.
 *
 * @param registered whether it registers
 * @param clusterId its seed peer cluster, from 1
 * @param keepAliveInterval time between signs of life
 */
public record SeedPeerConfig(boolean registered, long clusterId, Duration keepAliveInterval) {
  public SeedPeerConfig {
    if (clusterId < 1 || !keepAliveInterval.isPositive()) {
      throw new IllegalArgumentException(
          "a seed peer needs a clusterId from 1 and a positive keepAliveInterval, got %d and %s"
              .formatted(clusterId, keepAliveInterval));
    }
  }
}
