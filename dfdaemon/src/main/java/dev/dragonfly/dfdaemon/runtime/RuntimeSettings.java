package dev.dragonfly.dfdaemon.runtime;

import java.net.URI;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What shall be configured.
 *
 * @param runtimes their labels; {@code all} is every runtime that is found
 * @param registries those whose images come through the proxy, {@code host[:port]}; empty: every
 *     one with containerd, the usual public ones with CRI-O and Podman
 * @param onlyListed leave alone what is not in that list
 * @param proxy address of the daemon's proxy as seen from the node, {@code http://host:port}
 * @param editConfig may add config_path to containerd's own config.toml where no drop-in can do it
 */
public record RuntimeSettings(
    List<String> runtimes,
    List<String> registries,
    boolean onlyListed,
    String proxy,
    boolean editConfig) {
  private static final Pattern REGISTRY =
      Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?");

  /** Checks them; a registry is named once. */
  public RuntimeSettings {
    runtimes = List.copyOf(runtimes);
    registries = List.copyOf(new LinkedHashSet<>(registries));
    if (runtimes.isEmpty()) {
      throw new IllegalArgumentException("no runtime is named; there is also all");
    }
    for (String runtime : runtimes) {
      if (!runtime.equals("all")) {
        RuntimeKind.of(runtime);
      }
    }
    for (String registry : registries) {
      if (!REGISTRY.matcher(registry).matches()) {
        throw new IllegalArgumentException(
            "not a registry: '"
                + registry
                + "' (expected host or host:port, without scheme and path)");
      }
    }
    if (onlyListed && registries.isEmpty()) {
      throw new IllegalArgumentException("only the listed registries, but none is listed");
    }
    checkProxy(proxy);
  }

  private static void checkProxy(String proxy) {
    URI uri;
    try {
      uri = URI.create(proxy);
    } catch (IllegalArgumentException e) {
      throw notProxy(proxy);
    }
    boolean plain =
        "http".equals(uri.getScheme())
            && uri.getHost() != null
            && uri.getPort() > 0
            && uri.getPort() < 65_536
            && proxy.equals("http://" + uri.getRawAuthority())
            && uri.getRawUserInfo() == null;
    if (!plain) {
      throw notProxy(proxy);
    }
  }

  private static IllegalArgumentException notProxy(String proxy) {
    return new IllegalArgumentException(
        "not an address of the proxy: '" + proxy + "' (expected http://127.0.0.1:4001)");
  }

  /** Host and port of the proxy. */
  String proxyAuthority() {
    return proxy.substring("http://".length());
  }

  /** Whether the runtime was asked for by its name, so that it has to be there. */
  boolean names(RuntimeKind kind) {
    return runtimes.contains(kind.label());
  }

  /** The runtimes that are looked at. */
  public Set<RuntimeKind> kinds() {
    if (runtimes.contains("all")) {
      return Set.of(RuntimeKind.values());
    }
    Set<RuntimeKind> kinds = new LinkedHashSet<>();
    runtimes.forEach(label -> kinds.add(RuntimeKind.of(label)));
    return kinds;
  }
}
