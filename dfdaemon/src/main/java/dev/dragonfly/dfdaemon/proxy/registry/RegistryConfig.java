package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.oci.Registry;
import java.util.Optional;

/**
 * What is special about a registry.
 *
 * @param host how clients call it, for example registry.corp:5000
 * @param url where it really is, with its scheme; absent for https://host
 * @param username credentials for callers on this host that bring none
 * @param password with the user name
 */
public record RegistryConfig(
    String host, Optional<String> url, Optional<String> username, Optional<Secret> password) {

  public RegistryConfig {
    if (host == null) {
      throw new IllegalArgumentException("a registry needs a host, for example ghcr.io");
    }
    Registry.parse(host);
    url.ifPresent(Registry::parse);
    if (username.isPresent() != password.isPresent()) {
      throw new IllegalArgumentException("username and password of " + host + " go together");
    }
  }

  /** How it is called. */
  Registry named() {
    return Registry.parse(host);
  }

  /** Where it is. */
  Registry real() {
    return url.map(Registry::parse).orElseGet(this::named);
  }
}
