package dev.dragonfly.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** The configurations of the services of a local cluster, and their commands. */
final class ServiceFiles {
  private final Path folder;
  private final ClusterSettings settings;

  ServiceFiles(Path folder, ClusterSettings settings) {
    this.folder = folder;
    this.settings = settings;
  }

  Path manager(String name, EmbeddedStores stores) {
    return write(
        name,
        """
        server: {ip: 127.0.0.1, restPort: 0, grpcPort: 0}
        database: {host: 127.0.0.1, port: %d, name: postgres, user: postgres, pool: 4}
        auth: {passwordFile: "%s"}
        redis: {address: "%s", password: "%s"}
        preheat: {allow: ["127.0.0.0/8", "::1"]}
        jobs: {lease: %dms}
        metrics: {port: 0}
        """
            .formatted(
                stores.postgresPort(),
                folder.resolve("root-password"),
                stores.redisAddress(),
                stores.redisPassword(),
                settings.intervals().jobLease().toMillis()));
  }

  Path scheduler(EmbeddedStores stores, ServiceProcess manager, int port) {
    return write(
        "scheduler",
        """
        server: {ip: 127.0.0.1, port: %d, hostname: scheduler-0}
        clusterId: 1
        redis: {address: "%s", password: "%s"}
        manager: {address: "%s", joinToken: {file: "%s"}}
        metrics: {ip: 127.0.0.1, port: 0}
        """
            .formatted(
                port,
                stores.redisAddress(),
                stores.redisPassword(),
                manager.ready("grpc"),
                manager.ready("join_token_file")));
  }

  Path seed(String name, ServiceProcess manager, long uploadRate) {
    String token = ", joinToken: {file: \"%s\"}".formatted(manager.ready("join_token_file"));
    return daemon(name, manager, token, uploadRate);
  }

  Path peer(String name, ServiceProcess manager, long uploadRate) {
    return daemon(name, manager, "", uploadRate);
  }

  private Path daemon(String name, ServiceProcess manager, String token, long uploadRate) {
    return write(
        name,
        """
        host: {ip: 127.0.0.1, hostname: %s}
        server: {ip: 127.0.0.1, port: 0, socket: "%s"}
        upload: {ip: 127.0.0.1, port: 0%s}
        source: {allow: ["127.0.0.0/8", "::1"]}
        storage: {dir: "%s"}
        scheduler: {holdingsInterval: %dms, announceInterval: %dms}
        manager: {address: "%s", refreshInterval: 10s%s}
        metrics: {ip: 127.0.0.1, port: 0}
        proxy: {ip: 127.0.0.1, port: 0, registries: [%s]}
        """
            .formatted(
                name,
                folder.resolve(name + ".sock"),
                uploadRate > 0 ? ", rateLimit: " + uploadRate + "B" : "",
                folder.resolve(name),
                settings.intervals().holdings().toMillis(),
                settings.intervals().announce().toMillis(),
                manager.ready("grpc"),
                token,
                registries()));
  }

  private String registries() {
    return settings.registries().entrySet().stream()
        .map(entry -> "{host: \"%s\", url: \"%s\"}".formatted(entry.getKey(), entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private Path write(String name, String yaml) {
    Path file = folder.resolve(name + ".yaml");
    try {
      Files.writeString(file, yaml);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
