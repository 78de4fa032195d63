package dev.dragonfly.seedpeer.registration;

import java.time.Duration;
import java.util.Objects;

/**
 * How the seed peer is registered with the manager. Optional: schedulers learn of it from its
 * announcements too.
 *
 * @param enabled whether it registers
 * @param seedPeerClusterId its cluster (1)
 * @param keepAliveInterval time between signs of life (5 s)
 */
public record RegistrationConfig(
    boolean enabled, long seedPeerClusterId, Duration keepAliveInterval) {

  /** No registration. */
  public static final RegistrationConfig DISABLED =
      new RegistrationConfig(false, 1, Duration.ofSeconds(5));

  public RegistrationConfig {
    seedPeerClusterId = seedPeerClusterId == 0 ? 1 : seedPeerClusterId;
    keepAliveInterval = Objects.requireNonNullElse(keepAliveInterval, Duration.ofSeconds(5));
    if (seedPeerClusterId < 1 || !keepAliveInterval.isPositive()) {
      throw new IllegalArgumentException(
          "registration needs a cluster id from 1 and a positive interval, got %d and %s"
              .formatted(seedPeerClusterId, keepAliveInterval));
    }
  }
}
