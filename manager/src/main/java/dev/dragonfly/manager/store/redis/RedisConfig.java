package dev.dragonfly.manager.store.redis;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of the schedulers.
 *
 * @param address {@code host:port}; absent: persistent cache tasks are not shown, and schedulers of
 *     upstream do no jobs
 * @param username absent for the default user
 * @param password absent for none
 * @param database number of the database
 * @param brokerDatabase number of that with the job lists that schedulers of upstream read
 * @param backendDatabase number of that with their answers
 */
public record RedisConfig(
    @Nullable String address,
    @Nullable String username,
    @Nullable Secret password,
    int database,
    int brokerDatabase,
    int backendDatabase) {
  static final Duration TIMEOUT = Duration.ofSeconds(5);

  public RedisConfig {
    if (address != null) {
      HostAndPort.parse(address);
    }
  }
}
