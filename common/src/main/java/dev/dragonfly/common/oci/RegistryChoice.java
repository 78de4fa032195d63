package dev.dragonfly.common.oci;

import java.util.Optional;

/**
 * Which registry a request is for: the header, then the parameter that containerd adds, then a host
 * before the name of the repository, then the configured one.
 */
public final class RegistryChoice {
  private final Registry byDefault;

  public RegistryChoice(Registry byDefault) {
    this.byDefault = byDefault;
  }

  /** By what it was chosen. */
  public enum By {
    HEADER,
    NAMESPACE,
    PATH,
    DEFAULT
  }

  /**
   * The choice.
   *
   * @param path the path at that registry
   */
  public record Chosen(Registry registry, DistributionPath path, By by) {}

  /**
   * Chooses.
   *
   * @param header value of X-Dragonfly-Registry
   * @param namespace value of the query parameter {@code ns}
   * @throws IllegalArgumentException when what should name a registry does not
   */
  public Chosen choose(Optional<String> header, Optional<String> namespace, DistributionPath path) {
    if (header.isPresent()) {
      return chosen(Registry.parse(header.get()), path, By.HEADER);
    }
    if (namespace.isPresent()) {
      return chosen(Registry.parse(namespace.get()), path, By.NAMESPACE);
    }
    if (path instanceof DistributionPath.InRepository resource) {
      String name = resource.repository();
      int slash = name.indexOf('/');
      if (slash > 0 && Registry.looksLikeHost(name.substring(0, slash))) {
        return chosen(
            Registry.parse(name.substring(0, slash)),
            resource.in(name.substring(slash + 1)),
            By.PATH);
      }
    }
    return chosen(byDefault, path, By.DEFAULT);
  }

  /** Official images of Docker Hub live below library. */
  private static Chosen chosen(Registry registry, DistributionPath path, By by) {
    if (path instanceof DistributionPath.InRepository resource) {
      String name = resource.repository();
      int slash = name.indexOf('/');
      if (registry.equals(Registry.DOCKER_HUB) && slash < 0) {
        return new Chosen(registry, resource.in("library/" + name), by);
      }
      if (name.indexOf(':') >= 0) {
        throw new IllegalArgumentException("not the name of a repository: '" + name + "'");
      }
    }
    return new Chosen(registry, path, by);
  }
}
