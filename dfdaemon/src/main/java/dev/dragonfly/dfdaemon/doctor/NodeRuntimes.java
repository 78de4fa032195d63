package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.dfdaemon.runtime.RuntimeConfigurator;
import dev.dragonfly.dfdaemon.runtime.RuntimeSettings;
import dev.dragonfly.dfdaemon.runtime.RuntimeState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The container runtimes of the node, looked at once for all checks. Safe for any thread. */
public final class NodeRuntimes {
  private final Path root;
  private final RuntimeConfigurator configurator;
  private final RuntimeSettings settings;
  private final Supplier<List<RuntimeState>> states = Doctor.once(this::examine);

  /**
   * @param root where the file system of the node is
   * @param state the folder on the node that says what was configured
   * @param settings what they should have
   */
  public NodeRuntimes(Path root, Path state, RuntimeSettings settings) {
    this.root = root;
    this.configurator = new RuntimeConfigurator(root, state);
    this.settings = settings;
  }

  /**
   * Those that are on the node.
   *
   * @throws dev.dragonfly.common.error.DragonflyException when it cannot be found out
   */
  List<RuntimeState> states() {
    return states.get();
  }

  Path root() {
    return root;
  }

  /** The proxy that they should ask. */
  String proxy() {
    return settings.proxy();
  }

  /** One that was pointed at another proxy is compared with that: the address is another check. */
  private List<RuntimeState> examine() {
    List<RuntimeState> found = new ArrayList<>();
    for (RuntimeState state : configurator.examine(settings)) {
      if (state.proxies().isEmpty() || state.proxies().contains(settings.proxy())) {
        found.add(state);
      } else {
        String other = state.proxies().iterator().next();
        RuntimeSettings as =
            new RuntimeSettings(
                List.of(state.kind().label()),
                settings.registries(),
                settings.onlyListed(),
                other,
                settings.editConfig());
        found.addAll(configurator.examine(as));
      }
    }
    return found;
  }

  /** The command that points them at this proxy. */
  String configure(String proxy) {
    String command = "dfdaemon runtime configure";
    if (!root.toAbsolutePath().normalize().equals(Path.of("/"))) {
      command += " --root " + root;
    }
    return command + " --proxy " + proxy;
  }
}
