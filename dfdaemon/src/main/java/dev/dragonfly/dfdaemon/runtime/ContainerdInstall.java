package dev.dragonfly.dfdaemon.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A containerd on the node.
 *
 * @param config its configuration
 * @param generator who writes that file anew at each start; empty when its owner is a person
 * @param units what is restarted after a change of the configuration, those of them that run
 */
record ContainerdInstall(Path config, String generator, List<String> units) {
  private static final ContainerdInstall PLAIN =
      new ContainerdInstall(Path.of("/etc/containerd/config.toml"), "", List.of("containerd"));
  private static final List<Path> BINARIES =
      List.of(Path.of("/usr/bin/containerd"), Path.of("/usr/local/bin/containerd"));

  /** Those of the node, by their files. */
  static List<ContainerdInstall> find(HostTree tree) {
    List<ContainerdInstall> found = new ArrayList<>();
    if (tree.exists(PLAIN.config) || BINARIES.stream().anyMatch(tree::exists)) {
      found.add(PLAIN);
    }
    for (String name : List.of("k3s", "rke2")) {
      Path config = Path.of("/var/lib/rancher", name, "agent/etc/containerd/config.toml");
      if (tree.exists(config)) {
        List<String> units =
            name.equals("k3s") ? List.of("k3s", "k3s-agent") : List.of("rke2-server", "rke2-agent");
        found.add(new ContainerdInstall(config, name, units));
      }
    }
    return found;
  }

  boolean isGenerated() {
    return !generator.isEmpty();
  }

  /** Where hosts.toml files go when the configuration says nothing. */
  Path usualHostFolder() {
    return config.resolveSibling("certs.d");
  }

  /** Restarts what runs; a unit that does not run stays as it is. */
  List<String> restart() {
    List<String> command = new ArrayList<>(List.of("systemctl", "try-restart"));
    command.addAll(units);
    return command;
  }
}
