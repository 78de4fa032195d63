package dev.dragonfly.manager.job;

import dev.dragonfly.common.config.ConfigException;
import java.time.Duration;

/**
 * How jobs are done.
 *
 * @param workers jobs that this manager works on at once
 * @param lease a manager that was not heard of for so long has lost its jobs to the others
 * @param listeners streams of progress at once
 * @param syncPeersInterval how often the list of peers is fetched by itself
 */
public record JobsConfig(int workers, Duration lease, int listeners, Duration syncPeersInterval) {
  private static final Duration SHORTEST_LEASE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_SYNC = Duration.ofMinutes(1);

  public JobsConfig {
    if (workers < 1 || workers > 1_000 || listeners < 0 || listeners > 1_000) {
      throw new ConfigException(
          "workers %d and listeners %d, expected 1 to 1000 and 0 to 1000"
              .formatted(workers, listeners));
    }
    if (lease.compareTo(SHORTEST_LEASE) < 0 || syncPeersInterval.compareTo(SHORTEST_SYNC) < 0) {
      throw new ConfigException(
          "lease %s and syncPeersInterval %s, expected at least 5s and 1m"
              .formatted(lease, syncPeersInterval));
    }
  }
}
