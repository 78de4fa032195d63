package dev.dragonfly.scheduler.seed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How seeds are asked.
 *
 * @param lease how long the right to ask is kept without renewal
 * @param exhausted how long seeds are left alone after all of them failed
 * @param downloadTimeout longest download of a seed
 */
public record SeedConfig(Duration lease, Duration exhausted, Duration downloadTimeout) {
  /** All defaults. */
  public static final SeedConfig DEFAULT = new SeedConfig(null, null, null);

  public SeedConfig(
      @Nullable Duration lease, @Nullable Duration exhausted, @Nullable Duration downloadTimeout) {
    this.lease = lease == null ? Duration.ofSeconds(15) : lease;
    this.exhausted = exhausted == null ? Duration.ofSeconds(10) : exhausted;
    this.downloadTimeout = downloadTimeout == null ? Duration.ofHours(10) : downloadTimeout;
  }
}
