package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.dfdaemon.runtime.RuntimeSettings;
import java.util.List;

/**
 * The file of {@code dfdaemon runtime}: what an init container is given.
 *
 * @param runtimes see {@link RuntimeSettings}, as all of these
 */
public record RuntimeConfig(
    List<String> runtimes,
    List<String> registries,
    boolean onlyListed,
    String proxy,
    boolean editConfig) {
  /** Checks them. */
  public RuntimeConfig {
    runtimes = List.copyOf(runtimes);
    registries = List.copyOf(registries);
    new RuntimeSettings(runtimes, registries, onlyListed, proxy, editConfig).kinds();
  }
}
