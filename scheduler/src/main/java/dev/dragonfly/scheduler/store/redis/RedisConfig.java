package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.net.HostAndPort;
import java.time.Duration;
import java.util.Optional;

/**
 * Where the graph is kept.
 *
 * @param address {@code host:port}
 * @param username user of the access list; empty for the default user
 * @param password password of the user; empty for none
 * @param database number of the database
 * @param callTimeout longest wait for one answer
 */
public record RedisConfig(
    String address,
    String username,
    Optional<Secret> password,
    int database,
    Duration callTimeout) {

  public RedisConfig {
    HostAndPort.parse(address);
  }

  /** Name or address, and port, of the server. */
  HostAndPort place() {
    return HostAndPort.parse(address);
  }
}
