package dev.dragonfly.cluster;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;

/** A real PostgreSQL and a real Redis of their own, from Maven artifacts; no root needed. */
public final class EmbeddedStores implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final RedisServer redis;
  private final int redisPort;
  private final Guard guard;
  private long redisPid;
  private final String redisPassword = UUID.randomUUID().toString();

  EmbeddedStores(Path folder, Guard guard) {
    this.guard = guard;
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
      redisPort = freePort();
      redis =
          RedisServer.newRedisServer()
              .port(redisPort)
              .setting("bind 127.0.0.1")
              .setting("requirepass " + redisPassword)
              .setting("maxmemory-policy noeviction")
              .setting("appendonly no")
              .setting("save \"\"")
              .setting("dir " + folder)
              .build();
      startRedis();
    } catch (IOException e) {
      throw new ClusterException("cannot start the embedded stores in " + folder, e);
    }
  }

  private void startRedis() throws IOException {
    Set<Long> before = children();
    redis.start();
    Set<Long> fresh = new HashSet<>(children());
    fresh.removeAll(before);
    fresh.forEach(guard::watch);
    redisPid = fresh.stream().findFirst().orElseThrow();
  }

  /** Ends Redis at once; what it held is gone. */
  public void killRedis() {
    Signals.send("KILL", redisPid);
  }

  /** Freezes Redis. */
  public void pauseRedis() {
    Signals.send("STOP", redisPid);
  }

  /** Lets Redis go on, or starts it again. */
  public void reviveRedis() {
    if (ProcessHandle.of(redisPid).filter(ProcessHandle::isAlive).isPresent()) {
      Signals.send("CONT", redisPid);
      return;
    }
    try {
      redis.stop();
      startRedis();
    } catch (IOException e) {
      throw new ClusterException("cannot start Redis again", e);
    }
  }

  private static Set<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
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
    return "127.0.0.1:" + redisPort;
  }

  /** Password of Redis. */
  public String redisPassword() {
    return redisPassword;
  }

  /** Removes everything from Redis. */
  public void flushRedis() {
    RedisCommand.send(redisPort, redisPassword, "FLUSHALL");
  }

  @Override
  public void close() {
    try {
      redis.stop();
    } catch (IOException e) {
      throw new ClusterException("cannot stop Redis", e);
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
