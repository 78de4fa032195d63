package dev.dragonfly.common.oci;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a registry is.
 *
 * @param scheme http or https
 * @param host name or address in lower case, with the port where it is not the usual one
 */
public record Registry(String scheme, String host) {
  /** The registry behind the names of Docker Hub. */
  public static final Registry DOCKER_HUB = new Registry("https", "registry-1.docker.io");

  private static final Set<String> HUB_NAMES =
      Set.of("docker.io", "index.docker.io", "www.docker.io", "registry.hub.docker.com");
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(https?)://)?(\\[[0-9a-f:.]{2,45}]|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::([0-9]{1,5}))?/?");
  private static final Pattern LOOPBACK =
      Pattern.compile("(?:localhost|127\\.[0-9.]+|\\[::1])(?::[0-9]+)?");

  /**
   * Reads {@code ghcr.io}, {@code localhost:5000} or {@code http://registry.corp:5000}. Without a
   * scheme it is https, except on loopback, where runtimes expect http as well.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static Registry parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    Matcher matcher = FORM.matcher(lower.endsWith("/v2") ? lower.replaceAll("/v2$", "") : lower);
    if (!matcher.matches() || matcher.group(2).contains("..")) {
      throw new IllegalArgumentException(
          "not a registry: '"
              + text.replaceAll("[^\\x21-\\x7e]", "?")
              + "' (expected a host, host:port or http(s)://host:port)");
    }
    String name = matcher.group(2);
    if (HUB_NAMES.contains(name)) {
      return DOCKER_HUB;
    }
    String scheme = matcher.group(1);
    if (scheme == null) {
      scheme = LOOPBACK.matcher(name).matches() ? "http" : "https";
    }
    int port = matcher.group(3) == null ? usualPort(scheme) : Integer.parseInt(matcher.group(3));
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("a port is 1 to 65535, got " + port + " in " + text);
    }
    return new Registry(scheme, port == usualPort(scheme) ? name : name + ":" + port);
  }

  private static int usualPort(String scheme) {
    return scheme.equals("https") ? 443 : 80;
  }

  /** Whether the first part of a path names a host: it has a dot or a port, or is localhost. */
  static boolean looksLikeHost(String part) {
    return part.equals("localhost") || part.indexOf('.') >= 0 || part.indexOf(':') >= 0;
  }

  /** The URL of a path there. */
  public String url(String path) {
    return scheme + "://" + host + path;
  }

  @Override
  public String toString() {
    return url("");
  }
}
