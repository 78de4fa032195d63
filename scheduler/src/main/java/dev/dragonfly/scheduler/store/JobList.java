package dev.dragonfly.scheduler.store;

import java.time.Duration;
import java.util.Optional;

/**
 * The list on which a manager of upstream puts jobs, and where it looks for what became of them.
 * Calls block; for virtual threads. Errors as in {@link HostStore}.
 */
public interface JobList {
  /**
   * Takes the next job off the list: nobody else gets it.
   *
   * @param longest time to wait for one
   */
  Optional<String> take(String queue, Duration longest);

  /** What is kept under the key. */
  Optional<String> find(String key);

  /** Keeps it under the key. */
  void keep(String key, String value, Duration timeToLive);
}
