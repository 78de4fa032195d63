package dev.dragonfly.manager.app;

import dev.dragonfly.common.config.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which PostgreSQL to use.
 *
 * @param url a JDBC URL; when given, host, port and name do not count
 * @param name the database, which must exist
 * @param password absent when the server asks for none
 * @param pool how many connections at most
 * @param startupWait how long to wait for a server that does not answer yet
 */
public record DatabaseConfig(
    @Nullable String url,
    String host,
    int port,
    String name,
    String user,
    @Nullable Secret password,
    int pool,
    Duration startupWait) {
  /** Without what follows the question mark: it may hold a password. */
  String address() {
    String full = jdbcUrl();
    int query = full.indexOf('?');
    return query < 0 ? full : full.substring(0, query);
  }

  String jdbcUrl() {
    return url == null ? "jdbc:postgresql://" + host + ":" + port + "/" + name : url;
  }

  String secret() {
    return password == null ? "" : password.reveal();
  }

  /** Without what may hold a password. */
  @Override
  public String toString() {
    return "DatabaseConfig[" + address() + ", user=" + user + ", pool=" + pool + "]";
  }
}
