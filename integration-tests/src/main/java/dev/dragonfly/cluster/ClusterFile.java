package dev.dragonfly.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The file through which other commands find the cluster that runs, and what it says. */
final class ClusterFile implements AutoCloseable {
  private final Path file;

  private ClusterFile(Path file) {
    this.file = file;
  }

  static Path path() {
    @Nullable String runtime = System.getenv("XDG_RUNTIME_DIR");
    Path folder =
        runtime != null && Files.isDirectory(Path.of(runtime))
            ? Path.of(runtime)
            : Path.of(System.getProperty("user.home"), ".dragonfly");
    return folder.resolve("dragonfly-local.json");
  }

  static ClusterFile write(LocalCluster cluster) {
    Path file = path();
    try {
      Files.createDirectories(file.getParent());
      Path temp = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
      Files.writeString(temp, json(cluster) + "\n");
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new ClusterFile(file);
    } catch (IOException e) {
      throw new ClusterException("cannot write " + file, e);
    }
  }

  /** The cluster as one line of JSON. */
  static String json(LocalCluster cluster) {
    return String.format(
        Locale.ROOT,
        "{\"console\":\"%s\",\"password_file\":\"%s\",\"join_token_file\":\"%s\",\"manager\":{\"rest\":\"%s\",\"grpc\":\"%s\",\"pid\":%d},\"schedulers\":[{\"grpc\":\"%s\",\"metrics\":\"%s\",\"pid\":%d}],\"seeds\":[%s],\"peers\":[%s]}",
        cluster.manager().ready("rest"),
        cluster.manager().ready("password_file"),
        cluster.manager().ready("join_token_file"),
        cluster.manager().ready("rest"),
        cluster.manager().ready("grpc"),
        cluster.manager().pid(),
        cluster.scheduler().ready("grpc"),
        cluster.scheduler().ready("metrics"),
        cluster.scheduler().pid(),
        json(cluster.seed()),
        cluster.peers().stream().map(ClusterFile::json).collect(Collectors.joining(",")));
  }

  private static String json(PeerNode node) {
    ServiceProcess process = node.process();
    String proxy = process.has("proxy") ? ",\"proxy\":\"" + process.ready("proxy") + "\"" : "";
    return String.format(
        Locale.ROOT,
        "{\"name\":\"%s\",\"socket\":\"%s\",\"grpc\":\"%s\",\"piece\":\"%s\",\"metrics\":\"%s\",\"pid\":%d%s}",
        process.name(),
        process.ready("socket"),
        process.ready("grpc"),
        process.ready("piece"),
        process.ready("metrics"),
        process.pid(),
        proxy);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ClusterException("cannot remove " + file, e);
    }
  }
}
