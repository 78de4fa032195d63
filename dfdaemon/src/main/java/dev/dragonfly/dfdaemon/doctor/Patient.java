package dev.dragonfly.dfdaemon.doctor;

import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.dfdaemon.host.Machine;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The daemon that is looked at, by its configuration.
 *
 * @param config its file
 * @param machine who it says it is
 * @param socket of its tools
 * @param storage folder of its content
 */
public record Patient(
    Path config,
    Machine machine,
    Path socket,
    Path storage,
    Ports ports,
    Control control,
    Trust trust) {
  /**
   * Where it listens; absent when its configuration says any free port, and the proxy when it has
   * none.
   *
   * @param grpc for others, at the advertised address
   * @param piece for others, at the advertised address
   * @param metrics as seen from this machine
   * @param proxy as seen from this machine
   * @param hasProxy whether it has one
   */
  public record Ports(
      Optional<HostAndPort> grpc,
      Optional<HostAndPort> piece,
      Optional<HostAndPort> metrics,
      Optional<HostAndPort> proxy,
      boolean hasProxy) {}

  /**
   * Whom it asks.
   *
   * @param schedulers those of the configuration, when there is no manager
   */
  public record Control(Optional<HostAndPort> manager, List<HostAndPort> schedulers) {
    /** Copies them. */
    public Control {
      schedulers = List.copyOf(schedulers);
    }
  }

  /**
   * Whose certificates it checks.
   *
   * @param caFile authorities besides those of the JDK
   * @param registries URLs of registries that are configured
   */
  public record Trust(Optional<Path> caFile, List<String> registries) {
    /** Copies them. */
    public Trust {
      registries = List.copyOf(registries);
    }
  }

  /** The URL of its proxy as runtimes of this node use it. */
  public Optional<String> proxyUrl() {
    return ports.proxy().map(address -> "http://" + address.text());
  }
}
