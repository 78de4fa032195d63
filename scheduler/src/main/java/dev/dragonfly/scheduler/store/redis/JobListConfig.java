package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.net.HostAndPort;
import java.util.Optional;

/**
 * Where a manager of upstream puts jobs.
 *
 * @param enabled whether they are done
 * @param address {@code host:port}; empty for the Redis of the graph, with its user and password
 * @param username user of the access list; empty for the default user
 * @param password password of the user; empty for none
 * @param brokerDatabase number of the database with the lists
 * @param backendDatabase number of the database with the results
 */
public record JobListConfig(
    boolean enabled,
    String address,
    String username,
    Optional<Secret> password,
    int brokerDatabase,
    int backendDatabase) {
  /** How the database is reached. */
  RedisConfig database(int number, RedisConfig graph) {
    return address.isEmpty()
        ? new RedisConfig(
            graph.address(), graph.username(), graph.password(), number, graph.callTimeout())
        : new RedisConfig(address, username, password, number, graph.callTimeout());
  }

  public JobListConfig {
    if (!address.isEmpty()) {
      HostAndPort.parse(address);
    }
    if (brokerDatabase < 0 || backendDatabase < 0) {
      throw new IllegalArgumentException("a database has a number from 0 on");
    }
  }
}
