package dev.dragonfly.scheduler.seed;

import dev.dragonfly.scheduler.dynconfig.SeedAddress;
import java.time.Duration;
import java.util.List;

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
  public SeedConfig {
    addresses = List.copyOf(addresses);
    addresses.forEach(SeedAddress::parse);
  }
}
