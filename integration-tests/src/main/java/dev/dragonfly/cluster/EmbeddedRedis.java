package dev.dragonfly.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import redis.embedded.RedisServer;

/** A real Redis on loopback, from a Maven artifact; no root needed. */
final class EmbeddedRedis implements AutoCloseable {
  private final RedisServer server;
  private final int port;
  private final Guard guard;
  private final String password = UUID.randomUUID().toString();
  private long pid;

  EmbeddedRedis(Path folder, Guard guard) throws IOException {
    this.guard = guard;
    port = freePort();
    server =
        RedisServer.newRedisServer()
            .port(port)
            .setting("bind 127.0.0.1")
            .setting("requirepass " + password)
            .setting("maxmemory-policy noeviction")
            .setting("appendonly no")
            .setting("save \"\"")
            .setting("dir " + folder)
            .build();
    start();
  }

  private void start() throws IOException {
    Set<Long> before = children();
    server.start();
    Set<Long> fresh = new HashSet<>(children());
    fresh.removeAll(before);
    fresh.forEach(guard::watch);
    pid = fresh.stream().findFirst().orElseThrow();
  }

  private static Set<Long> children() {
    return ProcessHandle.current().children().map(ProcessHandle::pid).collect(Collectors.toSet());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  String password() {
    return password;
  }

  /** Ends it at once; what it held is gone. */
  void kill() {
    Signals.send("KILL", pid);
  }

  /** Freezes it. */
  void pause() {
    Signals.send("STOP", pid);
  }

  /** Lets it go on, or starts it again. */
  void revive() {
    if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
      Signals.send("CONT", pid);
      return;
    }
    try {
      server.stop();
      start();
    } catch (IOException e) {
      throw new ClusterException("cannot start Redis again", e);
    }
  }

  /** Removes everything from it. */
  void flush() {
    RedisCommand.send(port, password, "FLUSHALL");
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new ClusterException("cannot stop Redis", e);
    }
  }
}
