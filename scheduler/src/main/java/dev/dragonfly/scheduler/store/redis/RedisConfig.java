package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.config.Secret;
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
    int colon = address.lastIndexOf(':');
    if (colon <= 0 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException("redis address must be host:port, got '" + address + "'");
    }
  }

  /** Name or address of the server. */
  public String host() {
    return address.substring(0, address.lastIndexOf(':'));
  }

  /** Port of the server. */
  public int port() {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }
}
