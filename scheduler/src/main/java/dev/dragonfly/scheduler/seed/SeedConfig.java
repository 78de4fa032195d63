package dev.dragonfly.scheduler.seed;

import dev.dragonfly.scheduler.dynconfig.SeedAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which seeds are asked, and how.
 *
 * @param addresses where seeds are believed besides those that the manager lists
 * @param lease how long the right to ask is kept without renewal
 * @param exhausted how long seeds are left alone after all of them failed
 * @param downloadTimeout longest download of a seed
 */
public record SeedConfig(
    List<String> addresses, Duration lease, Duration exhausted, Duration downloadTimeout) {
  /** All defaults. */
  public static final SeedConfig DEFAULT = new SeedConfig(null, null, null, null);

  public SeedConfig(
      @Nullable List<String> addresses,
      @Nullable Duration lease,
      @Nullable Duration exhausted,
      @Nullable Duration downloadTimeout) {
    this.addresses = addresses == null ? List.of() : List.copyOf(addresses);
    this.addresses.forEach(SeedAddress::parse);
    this.lease = lease == null ? Duration.ofSeconds(15) : lease;
    this.exhausted = exhausted == null ? Duration.ofSeconds(10) : exhausted;
    this.downloadTimeout = downloadTimeout == null ? Duration.ofHours(10) : downloadTimeout;
  }
}
