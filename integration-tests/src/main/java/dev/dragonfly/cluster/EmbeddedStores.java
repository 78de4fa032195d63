package dev.dragonfly.cluster;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A real PostgreSQL and a real Redis of their own, from Maven artifacts; no root needed. */
public final class EmbeddedStores implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final EmbeddedRedis redis;

  EmbeddedStores(Path folder, Guard guard) {
    try {
      Path data = folder.resolve("postgres");
      postgres =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(!Files.exists(data.resolve("PG_VERSION")))
              .setServerConfig("fsync", "off")
              .setServerConfig("shared_buffers", "16MB")
              .setServerConfig("unix_socket_directories", "")
              .setPGStartupWait(Duration.ofSeconds(60))
              .start();
      guard.watch(
          Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip()));
      redis = new EmbeddedRedis(folder, guard);
    } catch (IOException e) {
      throw new ClusterException("cannot start the embedded stores in " + folder, e);
    }
  }

  /** Ends Redis at once; what it held is gone. */
  public void killRedis() {
    redis.kill();
  }

  /** Freezes Redis. */
  public void pauseRedis() {
    redis.pause();
  }

  /** Lets Redis go on, or starts it again. */
  public void reviveRedis() {
    redis.revive();
  }

  /** Where PostgreSQL is, on loopback; its user postgres needs no password. */
  public int postgresPort() {
    return postgres.getPort();
  }

  /** JDBC URL of the manager's database. */
  public String databaseUrl() {
    return postgres.getJdbcUrl("postgres", "postgres");
  }

  /** {@code host:port} of Redis. */
  public String redisAddress() {
    return redis.address();
  }

  /** Password of Redis. */
  public String redisPassword() {
    return redis.password();
  }

  /** Removes everything from Redis. */
  public void flushRedis() {
    redis.flush();
  }

  @Override
  public void close() {
    try {
      redis.close();
    } finally {
      closePostgres();
    }
  }

  private void closePostgres() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new ClusterException("cannot stop PostgreSQL", e);
    }
  }
}
