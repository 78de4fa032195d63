package dev.dragonfly.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the programs are: in a checkout that is built, or in an installation made of it. */
public final class Home {
  /** Further flags of every program; tests leave out the second compiler, which costs a third. */
  private static final List<String> FURTHER =
      Arrays.stream(System.getProperty("dragonfly.jvm", "").split(" "))
          .filter(flag -> !flag.isEmpty())
          .toList();

  private final Path root;
  private final Optional<Path> installation;
  private final boolean training;

  private Home(Path root, Optional<Path> installation, boolean training) {
    this.root = root.normalize(); // A cache is for paths that are spelt alike.
    this.installation = installation;
    this.training = training;
  }

  /**
   * The checkout: from the property {@code dragonfly.home}, else above the working folder. Programs
   * are those of the installation that {@code dragonfly.installation} names, if it names one.
   */
  public static Home find() {
    @Nullable String installed = System.getProperty("dragonfly.installation");
    return new Home(
        checkout(), Optional.ofNullable(installed).map(Path::of).map(Path::toAbsolutePath), false);
  }

  private static Path checkout() {
    @Nullable String property = System.getProperty("dragonfly.home");
    if (property != null) {
      return Path.of(property).toAbsolutePath();
    }
    @Nullable Path folder = Path.of("").toAbsolutePath();
    while (folder != null) {
      if (Files.exists(folder.resolve("mvnw"))) {
        return folder;
      }
      folder = folder.getParent();
    }
    throw new ClusterException("no checkout found above " + Path.of("").toAbsolutePath());
  }

  /** The script that starts everything. */
  public Path script() {
    return root.resolve("dragonfly");
  }

  /** The same checkout, where each program learns for its startup cache what it does. */
  Home training() {
    return new Home(root, installation, true);
  }

  /** The command of a program, up to its arguments; with its startup cache where there is one. */
  public List<String> command(JavaProgram program) {
    Path target = installation.orElse(root.resolve(program.module()).resolve("target"));
    Path jar = target.resolve(program.module() + ".jar");
    if (!Files.exists(jar) || !Files.isDirectory(target.resolve("lib"))) {
      throw new ClusterException(
          "%s is not built (no %s and lib); run ./mvnw package -DskipTests"
              .formatted(program.module(), jar));
    }
    List<String> command = new ArrayList<>();
    Path runtime =
        installation
            .map(i -> i.resolve("runtime"))
            .orElse(Path.of(System.getProperty("java.home")));
    command.add(runtime.resolve("bin").resolve("java").toString());
    command.add("@" + options("common"));
    command.add("@" + options(program.options()));
    command.addAll(FURTHER);
    Path cache = cache(program);
    if (training) {
      // Writing needs more of it than the service has.
      command.addAll(List.of("-XX:AOTCacheOutput=" + cache, "-XX:MaxMetaspaceSize=512m"));
    } else if (isNewer(cache, jar, target.resolve("lib"))) {
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:aot*=off", "-Xlog:cds*=off"));
    }
    command.add("-Ddragonfly.log=" + System.getProperty("dragonfly.log", "INFO"));
    command.addAll(List.of("-cp", jar.toString(), program.main()));
    return command;
  }

  /**
   * Both scripts that start programs look there too: {@code dragonfly}, {@code
   * deploy/host/launcher}.
   */
  private Path cache(JavaProgram program) {
    String main = program.main();
    return installation
        .map(i -> i.resolve("aot").resolve(program.command() + ".aot"))
        .orElse(
            root.resolve(program.module())
                .resolve("target")
                .resolve(main.substring(main.lastIndexOf('.') + 1) + ".aot"));
  }

  /** Java 25 takes classes of before out of a cache that is older than its program. */
  private static boolean isNewer(Path cache, Path jar, Path libraries) {
    if (!Files.exists(cache)) {
      return false;
    }
    try (Stream<Path> walked = Files.walk(libraries)) {
      FileTime made = Files.getLastModifiedTime(cache);
      List<Path> all = new ArrayList<>(walked.toList());
      all.add(jar);
      for (Path file : all) {
        if (Files.getLastModifiedTime(file).compareTo(made) > 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new ClusterException("cannot look at " + libraries, e);
    }
  }

  /** The command of a service. */
  List<String> command(JavaProgram program, Path config) {
    List<String> command = command(program);
    command.addAll(List.of("--config", config.toString()));
    return command;
  }

  private Path options(String name) {
    return installation.orElse(root).resolve("config").resolve("jvm").resolve(name + ".options");
  }
}
