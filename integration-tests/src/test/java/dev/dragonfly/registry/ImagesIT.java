package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.JavaProgram;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.scenario.NeedsProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The images of the four roles run in a real containerd, and become members of a real cluster. */
@NeedsProgram(
    value = {"containerd", "ctr", "runc"},
    root = true)
@EnabledIfSystemProperty(
    named = "dragonfly.images",
    matches = ".+",
    disabledReason = "the folder of ./dragonfly images --tar; .ci/run makes it")
class ImagesIT {
  private static final Duration READY = Duration.ofSeconds(60);
  private static final long BYTES = 9L << 20;

  @TempDir private Path folder;

  @Test
  void eachRoleServesFromItsImageWithItsStartupCacheAndADownloadGoesThroughThem() throws Exception {
    Path archives = Path.of(System.getProperty("dragonfly.images")).toAbsolutePath();
    List<Daemon> containers = new ArrayList<>();
    try (LocalCluster cluster = LocalCluster.start(ClusterSettings.ofPeers(1));
        TestOrigin origin = new TestOrigin();
        Containerd containerd = new Containerd(folder.resolve("containerd"))) {
      try {
        for (JavaProgram role : roles()) {
          Path archive = archives.resolve(role.command() + ".tar");
          String image = containerd.importImage(archive);
          double seconds = start(containerd, image, role, config(role, cluster), containers);
          System.out.printf(
              Locale.ROOT,
              "image %s: %d MiB, ready %.1f s after ctr run, with its startup cache%n",
              role.command(),
              Files.size(archive) >> 20,
              seconds);
        }
        Path output = writable(JavaProgram.DFDAEMON).resolve("got");
        Commands.Outcome got =
            containerd.exec(
                JavaProgram.DFDAEMON.command(),
                "dfget",
                origin.file("/file", BYTES),
                "-O",
                output.toString(),
                "--endpoint",
                socket(JavaProgram.DFDAEMON).toString());
        assertThat(got.exit()).as(got.said()).isZero();
        assertThat(Files.size(output)).isEqualTo(BYTES);
        assertThat(origin.sent("/file")).as("it was read once, by a seed").isEqualTo(BYTES);
      } finally {
        containers.reversed().forEach(Daemon::close);
      }
    }
  }

  private static List<JavaProgram> roles() {
    return List.of(
        JavaProgram.MANAGER, JavaProgram.SCHEDULER, JavaProgram.SEED_PEER, JavaProgram.DFDAEMON);
  }

  private double start(
      Containerd containerd, String image, JavaProgram role, String yaml, List<Daemon> containers)
      throws IOException {
    String name = role.command();
    Path place = writable(role);
    Path config = Files.writeString(place.resolve("config.yaml"), yaml);
    Path ready = place.resolve("ready");
    long begun = System.nanoTime();
    Daemon container =
        containerd.run(
            image,
            name,
            place,
            List.of(
                "/opt/dragonfly/bin/" + name,
                "--config",
                config.toString(),
                "--ready-file",
                ready.toString()));
    containers.add(container);
    Soon.holds(
        () -> name + " serves; " + read(containerd.log(name)),
        READY,
        () -> Files.exists(ready) || !container.isAlive());
    double seconds = (System.nanoTime() - begun) / 1e9;
    assertThat(read(containerd.log(name))).contains("Using AOT-linked classes: true");
    assertThat(ready).as(read(containerd.log(name))).exists();
    return seconds;
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** A folder of the user of the images, to whom nothing belongs here. */
  private Path writable(JavaProgram role) throws IOException {
    Path place = Files.createDirectories(folder.resolve(role.command()));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    return place;
  }

  private Path socket(JavaProgram role) throws IOException {
    return writable(role).resolve("s");
  }

  private String config(JavaProgram role, LocalCluster cluster) throws IOException {
    String manager = cluster.manager().ready("grpc");
    String token = Files.readString(Path.of(cluster.manager().ready("join_token_file"))).strip();
    String redis =
        "redis: {address: \"%s\", password: \"%s\"}"
            .formatted(cluster.stores().redisAddress(), cluster.stores().redisPassword());
    return switch (role) {
      case MANAGER ->
          """
          server: {ip: 127.0.0.1, restPort: 0, grpcPort: 0}
          database: {host: 127.0.0.1, port: %d, name: postgres, user: postgres, pool: 4}
          auth: {passwordFile: "%s"}
          %s
          metrics: {port: 0}
          """
              .formatted(
                  cluster.stores().postgresPort(), writable(role).resolve("password"), redis);
      case SCHEDULER ->
          """
          server: {ip: 127.0.0.1, port: 0, hostname: in-an-image}
          %s
          manager: {address: "%s", joinToken: "%s"}
          metrics: {ip: 127.0.0.1, port: 0}
          """
              .formatted(redis, manager, token);
      case SEED_PEER ->
          peer(role, "{address: \"%s\", joinToken: \"%s\"}".formatted(manager, token));
      case DFDAEMON -> peer(role, "{address: \"%s\"}".formatted(manager));
      case DFGET, DFCTL -> throw new AssertionError(role + " is no service");
    };
  }

  private String peer(JavaProgram role, String manager) throws IOException {
    return """
    host: {ip: 127.0.0.1, hostname: image-%s}
    server: {ip: 127.0.0.1, port: 0, socket: "%s"}
    upload: {ip: 127.0.0.1, port: 0}
    source: {allow: ["127.0.0.0/8", "::1"]}
    storage: {dir: "%s"}
    manager: %s
    metrics: {ip: 127.0.0.1, port: 0}
    proxy: {ip: 127.0.0.1, port: 0}
    """
        .formatted(role.command(), socket(role), writable(role).resolve("data"), manager);
  }
}
