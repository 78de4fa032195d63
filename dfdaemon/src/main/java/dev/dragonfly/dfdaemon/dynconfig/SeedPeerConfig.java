package dev.dragonfly.dfdaemon.dynconfig;

import java.time.Duration;
import java.util.Objects;

/**
 * How a seed peer is known to the manager. Schedulers ask only seeds that the manager lists, or
 * that their own configuration names. An ordinary peer ignores it.
 *
 * @param registered whether it registers (true)
 * @param clusterId its seed peer cluster, from 1 (1)
 * @param keepAliveInterval time between signs of life (5 s)
 */
public record SeedPeerConfig(Boolean registered, Long clusterId, Duration keepAliveInterval) {
  /** What holds when nothing is configured. */
  public static final SeedPeerConfig DEFAULT = new SeedPeerConfig(true, 1L, Duration.ofSeconds(5));

  public SeedPeerConfig {
    registered = Objects.requireNonNullElse(registered, true);
    clusterId = Objects.requireNonNullElse(clusterId, 1L);
    keepAliveInterval = Objects.requireNonNullElse(keepAliveInterval, Duration.ofSeconds(5));
    if (clusterId < 1 || !keepAliveInterval.isPositive()) {
      throw new IllegalArgumentException(
          "a seed peer needs a clusterId from 1 and a positive keepAliveInterval, got %d and %s"
              .formatted(clusterId, keepAliveInterval));
    }
  }
}
