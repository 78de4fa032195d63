package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.config.Secret;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);

  @SuppressWarnings("OptionalUsedAsFieldOrParameterType") // absent keys of the file arrive as null
  public RedisConfig(
      @Nullable String address,
      @Nullable String username,
      @Nullable Optional<Secret> password,
      int database,
      @Nullable Duration callTimeout) {
    this.address = address == null ? "127.0.0.1:6379" : address;
    this.username = username == null ? "" : username;
    this.password = password == null ? Optional.empty() : password;
    this.database = database;
    this.callTimeout = callTimeout == null ? DEFAULT_TIMEOUT : callTimeout;
    int colon = this.address.lastIndexOf(':');
    if (colon <= 0 || !this.address.substring(colon + 1).matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "redis address must be host:port, got '" + this.address + "'");
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
