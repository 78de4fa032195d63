package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.config.ConfigLoader;
import dev.dragonfly.dfdaemon.runtime.RuntimeConfigurator;
import dev.dragonfly.dfdaemon.runtime.RuntimeKind;
import dev.dragonfly.dfdaemon.runtime.RuntimeSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that the commands of {@code dfdaemon runtime} share. */
final class RuntimeOptions {
  private static final String DEFAULTS = "/config/runtime.yaml";

  @Option(
      names = "--root",
      paramLabel = "FOLDER",
      description = "Where the file system of the node is; /host in an init container. Default: /.")
  private Path root = Path.of("/");

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      description = "containerd, crio, podman, docker or all; repeatable. Default: all.")
  private List<String> runtimes = new ArrayList<>();

  @Option(
      names = "--state",
      paramLabel = "FOLDER",
      description =
          "Where, on the node, it is written down what was done. Default: /var/lib/dragonfly/runtime.")
  private Path state = RuntimeConfigurator.STATE;

  @Option(
      names = "--restart",
      description = "Let the runtimes know afterwards, where they have to be told.")
  private boolean restart;

  @Option(names = "--dry-run", description = "Print what would change, as a diff; write nothing.")
  private boolean dryRun;

  RuntimeConfigurator configurator() {
    return new RuntimeConfigurator(root, state);
  }

  Path root() {
    return root;
  }

  boolean isDryRun() {
    return dryRun;
  }

  boolean isRestart() {
    return restart;
  }

  Set<RuntimeKind> kinds() {
    RuntimeConfig defaults = ConfigLoader.defaults(DEFAULTS, RuntimeConfig.class);
    List<String> named = runtimes.isEmpty() ? List.of("all") : runtimes;
    return new RuntimeSettings(named, List.of(), false, defaults.proxy(), false).kinds();
  }

  /** What the file says, and over it what the command line says. */
  RuntimeSettings settings(WantedOptions wanted) {
    RuntimeConfig file =
        wanted.config == null
            ? ConfigLoader.defaults(DEFAULTS, RuntimeConfig.class)
            : ConfigLoader.load(wanted.config, DEFAULTS, RuntimeConfig.class);
    return new RuntimeSettings(
        runtimes.isEmpty() ? file.runtimes() : runtimes,
        wanted.registries.isEmpty() ? file.registries() : wanted.registries,
        wanted.onlyListed || file.onlyListed(),
        Objects.requireNonNullElse(wanted.proxy, file.proxy()),
        wanted.editConfig || file.editConfig());
  }

  /** The options that say what shall be configured. */
  static final class WantedOptions {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "These settings as YAML, see docs/config/runtime.yaml; options come first.")
    private @Nullable Path config;

    @Option(
        names = "--registry",
        paramLabel = "HOST[:PORT]",
        description =
            "Registry whose images come through the proxy; repeatable. Default: all with"
                + " containerd, the usual public ones with CRI-O and Podman.")
    private List<String> registries = new ArrayList<>();

    @Option(names = "--only-listed", description = "Leave all other registries alone.")
    private boolean onlyListed;

    @Option(
        names = "--proxy",
        paramLabel = "URL",
        description = "The daemon's proxy. Default: http://127.0.0.1:4001.")
    private @Nullable String proxy;

    @Option(
        names = "--edit-config",
        description = "May add config_path to containerd's config.toml where no drop-in can do it.")
    private boolean editConfig;
  }
}
