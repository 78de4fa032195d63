package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.config.Bounds;
import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryConfig;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP proxy of container runtimes.
 *
 * @param enabled whether there is one; absent: on ordinary hosts, not on seed peers
 * @param ip address to listen on; a loopback one for nobody but this host
 * @param port TCP port; 0 for any free one
 * @param defaultRegistry registry of requests that name none; absent for Docker Hub
 * @param registries what is special about single registries; all others work without being listed
 * @param rules URLs that are shared among peers when this is used as a forward proxy
 * @param limits what it bears
 */
public record ProxyConfig(
    Optional<Boolean> enabled,
    String ip,
    int port,
    Optional<String> defaultRegistry,
    List<RegistryConfig> registries,
    List<ProxyRule> rules,
    ProxyLimits limits) {
  public ProxyConfig {
    registries = List.copyOf(registries);
    rules = List.copyOf(rules);
    Bounds.port(port);
    defaultRegistry.ifPresent(Registry::parse);
  }
}
