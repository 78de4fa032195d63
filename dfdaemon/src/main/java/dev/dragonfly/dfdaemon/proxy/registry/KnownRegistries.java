package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.oci.Registry;
import java.util.List;
import java.util.Optional;

/** What the configuration says of single registries; immutable. */
public final class KnownRegistries {
  private final List<Entry> entries;
  private final Optional<Registry> configuredDefault;

  private record Entry(Registry named, Registry real, RegistryConfig config) {}

  /**
   * @param byDefault registry of requests that name none; absent for Docker Hub
   */
  public KnownRegistries(List<RegistryConfig> registries, Optional<String> byDefault) {
    this.entries =
        registries.stream().map(entry -> new Entry(entry.named(), entry.real(), entry)).toList();
    this.configuredDefault = byDefault.map(Registry::parse).map(this::real);
  }

  /** Where requests go that name no registry. */
  public Registry byDefault() {
    return configuredDefault.orElse(Registry.DOCKER_HUB);
  }

  /** The default, when it is not just ours. */
  public Optional<Registry> configuredDefault() {
    return configuredDefault;
  }

  /** Where the registry that is called so really is. */
  public Registry real(Registry named) {
    for (Entry entry : entries) {
      if (entry.named().host().equals(named.host())) {
        return entry.real();
      }
    }
    return named;
  }

  /** What is configured for the registry at this place. */
  Optional<RegistryConfig> at(Registry real) {
    for (Entry entry : entries) {
      if (entry.real().equals(real)) {
        return Optional.of(entry.config());
      }
    }
    return Optional.empty();
  }
}
