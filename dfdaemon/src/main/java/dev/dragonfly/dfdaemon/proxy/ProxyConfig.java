package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.oci.Registry;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryConfig;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy of container runtimes.
 *
 * @param enabled whether there is one; absent: on ordinary hosts, not on seed peers
 * @param ip address to listen on (127.0.0.1: nobody but this host)
 * @param port TCP port (4001), 0 for any free one
 * @param defaultRegistry registry of requests that name none; absent for Docker Hub
 * @param registries what is special about single registries; all others work without being listed
 * @param rules URLs that are shared among peers when this is used as a forward proxy
 * @param limits what it bears
 */
public record ProxyConfig(
    Optional<Boolean> enabled,
    String ip,
    Integer port,
    Optional<String> defaultRegistry,
    List<RegistryConfig> registries,
    List<ProxyRule> rules,
    ProxyLimits limits) {
  private static final int DEFAULT_PORT = 4001;
  private static final int MAX_PORT = 65535;

  public ProxyConfig(
      @Nullable Optional<Boolean> enabled,
      @Nullable String ip,
      @Nullable Integer port,
      @Nullable Optional<String> defaultRegistry,
      @Nullable List<RegistryConfig> registries,
      @Nullable List<ProxyRule> rules,
      ProxyLimits limits) {
    this.enabled = enabled == null ? Optional.empty() : enabled;
    this.ip = ip == null ? "127.0.0.1" : ip;
    this.port = port == null ? DEFAULT_PORT : port;
    this.defaultRegistry = defaultRegistry == null ? Optional.empty() : defaultRegistry;
    this.registries = registries == null ? List.of() : List.copyOf(registries);
    this.rules = rules == null ? List.of() : List.copyOf(rules);
    this.limits = limits;
    if (this.port < 0 || this.port > MAX_PORT) {
      throw new IllegalArgumentException("port must be 0 to 65535, got " + port);
    }
    this.defaultRegistry.ifPresent(Registry::parse);
  }
}
