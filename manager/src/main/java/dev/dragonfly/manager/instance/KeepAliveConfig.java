package dev.dragonfly.manager.instance;

import dev.dragonfly.common.config.ConfigException;
import java.time.Duration;

/**
 * How long silence may last.
 *
 * @param interval how often silent instances are looked for
 * @param timeout after this much silence an instance is inactive; one that announced a longer
 *     interval of its own gets three of these
 * @param forgetAfter after this much silence an inactive instance is forgotten
 */
public record KeepAliveConfig(Duration interval, Duration timeout, Duration forgetAfter) {
  public KeepAliveConfig {
    if (forgetAfter.compareTo(timeout) < 0) {
      throw new ConfigException(
          "forgetAfter %s, expected at least timeout %s".formatted(forgetAfter, timeout));
    }
    if (!interval.isPositive() || timeout.compareTo(interval) < 0) {
      throw new ConfigException(
          "interval %s and timeout %s, expected 0 < interval <= timeout"
              .formatted(interval, timeout));
    }
  }
}
