package dev.dragonfly.cluster;

import dev.dragonfly.lab.LabNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configurations of services that each have a machine of their own, without a manager. */
final class LabFiles {
  private static final String PLAIN = "session: {enabled: false}\n";
  private static final String UNREGISTERED = "seedPeer: {registered: false}\n";

  private final Path folder;

  LabFiles(Path folder) {
    this.folder = folder;
  }

  Path scheduler(LabNode node, EmbeddedRedis redis, LabNode seed) {
    return write(
        "scheduler",
        """
        server: {ip: %s, port: 0, hostname: scheduler-0}
        redis: {address: "%s", password: "%s"}
        seed: {addresses: ["%s"]}
        metrics: {ip: 127.0.0.1, port: 0}
        """
            .formatted(node.address(), redis.address(), redis.password(), seed.address()));
  }

  Path seed(String name, LabNode node, String scheduler) {
    return write(name, daemon(name, node, scheduler) + UNREGISTERED);
  }

  Path peer(String name, LabNode node, String scheduler, boolean plain) {
    return write(name, daemon(name, node, scheduler) + (plain ? PLAIN : ""));
  }

  private String daemon(String name, LabNode node, String scheduler) {
    return """
    host: {ip: %2$s, hostname: %1$s}
    server: {ip: %2$s, port: 0, socket: "%3$s.sock"}
    upload: {ip: %2$s, port: 0}
    storage: {dir: "%3$s"}
    scheduler: {addresses: ["%4$s"]}
    metrics: {ip: %2$s, port: 0}
    proxy: {ip: 127.0.0.1, port: 0}
    """
        .formatted(name, node.address(), folder.resolve(name), scheduler);
  }

  private Path write(String name, String yaml) {
    Path file = folder.resolve(name + ".yaml");
    try {
      return Files.writeString(file, yaml);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
