package dev.dragonfly.dfdaemon.proxy.registry;

import dev.dragonfly.common.oci.Registry;
import java.util.Optional;

/**
 * Where something is.
 *
 * @param url absolute
 * @param registry the registry; absent for an ordinary URL
 * @param repository repository in it; empty for an ordinary URL or the ping
 * @param loginHere whether the proxy may obtain an anonymous token: for clients that cannot know
 *     the registry behind the proxy
 */
public record Origin(
    String url, Optional<Registry> registry, String repository, boolean loginHere) {
  /** Within what grants hold together: a repository, or a single URL. */
  String scope() {
    return registry.isPresent() ? registry.get().url("/" + repository) : url;
  }
}
