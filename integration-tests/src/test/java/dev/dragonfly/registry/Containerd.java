package dev.dragonfly.registry;

import dev.dragonfly.cluster.Programs;
import dev.dragonfly.cluster.Soon;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A containerd with root, state and socket of its own: a node without any image. Needs root. */
public final class Containerd implements AutoCloseable {
  /** The name by which images are pulled; it resolves nowhere. */
  public static final String REGISTRY = "registry.lab.test";

  private static final Pattern UNPACKED = Pattern.compile("unpacking (\\S+) ");

  private final Path folder;
  private final Daemon process;

  public Containerd(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      Path config =
          Files.writeString(
              folder.resolve("config.toml"),
              """
              version = 2
              root = "%1$s/root"
              state = "%1$s/state"
              disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.internal.v1.opt"]
              [grpc]
              address = "%2$s"
              [ttrpc]
              address = "%2$s.ttrpc"
              """
                  .formatted(folder, socket()));
      process =
          new Daemon(
              List.of(
                  Programs.find("containerd").orElseThrow().toString(),
                  "--config",
                  config.toString()),
              folder.resolve("containerd.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Soon.holds("containerd serves", Duration.ofSeconds(20), () -> ctr("version").exit() == 0);
  }

  private Path socket() {
    return folder.resolve("sock");
  }

  /**
   * Says where the images come from: the registry, through the mirror when there is one.
   *
   * @param mirror {@code http://ip:port} of a daemon's proxy
   */
  public Containerd hosts(String registry, Optional<String> mirror) {
    String from = mirror.orElse(registry);
    String header =
        mirror.isPresent()
            ? "[host.\"%s\".header]\nX-Dragonfly-Registry = [\"%s\"]\n".formatted(from, registry)
            : "";
    String toml =
        """
        server = "%s"
        [host."%s"]
        capabilities = ["pull", "resolve"]
        %s\
        """
            .formatted(registry, from, header);
    try {
      Path hosts = Files.createDirectories(folder.resolve("hosts").resolve(REGISTRY));
      Files.writeString(hosts.resolve("hosts.toml"), toml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /**
   * Pulls and unpacks {@code repository:tag}, as that user if one is given; options are those of
   * ctr.
   */
  Commands.Outcome pull(String image, Optional<String> user, String... options) {
    List<String> arguments = new ArrayList<>(List.of("images", "pull", "--snapshotter", "native"));
    arguments.addAll(List.of(options));
    user.ifPresent(u -> arguments.addAll(List.of("--user", u)));
    arguments.addAll(List.of("--hosts-dir", folder.resolve("hosts").toString()));
    arguments.add(REGISTRY + "/" + image);
    return ctr(arguments.toArray(String[]::new));
  }

  /** Digests of all blobs that it has. */
  List<String> content() {
    return ctr("content", "ls", "-q").said().lines().toList();
  }

  /** Takes the image of an archive in, unpacks it, and says its name. */
  String importImage(Path archive) {
    Commands.Outcome imported = ctr("images", "import", archive.toString());
    Matcher name = UNPACKED.matcher(imported.said());
    if (imported.exit() != 0 || !name.find()) {
      throw new AssertionError(archive + " was not imported: " + imported.said());
    }
    return name.group(1);
  }

  /**
   * Runs an image as Kubernetes does with the chart: its own user, nothing of its files can be
   * written, but for that folder, which is at the same place inside, and {@code /tmp}. It shares
   * the network of the machine.
   */
  Daemon run(String image, String name, Path writable, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("run", "--rm", "--net-host", "--read-only"));
    whole.addAll(List.of("--env", "JAVA_OPTS=-Xlog:aot=info"));
    whole.addAll(List.of("--mount", "type=tmpfs,src=tmpfs,dst=/tmp,options=mode=1777"));
    whole.addAll(
        List.of("--mount", "type=bind,src=%1$s,dst=%1$s,options=rbind:rw".formatted(writable)));
    whole.addAll(List.of(image, name));
    whole.addAll(command);
    return new Daemon(command(whole), log(name));
  }

  /** Runs a program in a container that runs. */
  Commands.Outcome exec(String name, String... command) {
    List<String> whole = new ArrayList<>(List.of("tasks", "exec", "--exec-id", "test", name));
    whole.addAll(List.of(command));
    return ctr(whole.toArray(String[]::new));
  }

  /** What a container has said. */
  Path log(String name) {
    return folder.resolve(name + ".log");
  }

  private Commands.Outcome ctr(String... arguments) {
    return Commands.run(command(List.of(arguments)));
  }

  private List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.find("ctr").orElseThrow().toString());
    command.addAll(List.of("-a", socket().toString()));
    command.addAll(arguments);
    return command;
  }

  @Override
  public void close() {
    process.close();
  }
}
