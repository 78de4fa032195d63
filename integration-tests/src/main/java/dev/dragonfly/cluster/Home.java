package dev.dragonfly.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The checkout with the built services. */
public final class Home {
  private final Path root;

  private Home(Path root) {
    this.root = root;
  }

  /** The checkout: from the property {@code dragonfly.home}, else above the working folder. */
  public static Home find() {
    @Nullable String property = System.getProperty("dragonfly.home");
    if (property != null) {
      return new Home(Path.of(property).toAbsolutePath());
    }
    @Nullable Path folder = Path.of("").toAbsolutePath();
    while (folder != null) {
      if (Files.exists(folder.resolve("mvnw"))) {
        return new Home(folder);
      }
      folder = folder.getParent();
    }
    throw new ClusterException("no checkout found above " + Path.of("").toAbsolutePath());
  }

  /** The script that starts everything. */
  public Path script() {
    return root.resolve("dragonfly");
  }

  /** The class path of a service. */
  public String classPath(String module) {
    Path target = root.resolve(module).resolve("target");
    if (!Files.isDirectory(target.resolve("classes"))
        || !Files.isDirectory(target.resolve("lib"))) {
      throw new ClusterException(
          module
              + " is not built (no "
              + target
              + "/classes and lib); run ./mvnw package -DskipTests");
    }
    return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
  }
}
