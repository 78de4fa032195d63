package dev.dragonfly.common.net;

/**
 * A network address as text: {@code name:port}, {@code 10.0.0.1:8002} or {@code [::1]:8002}.
 *
 * @param host name or IP literal, without brackets
 * @param port 1 to 65535
 */
public record HostAndPort(String host, int port) {
  private static final int MAX_PORT = 65535;

  public HostAndPort {
    if (host.isEmpty() || port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("not an address: '" + host + ":" + port + "'");
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when it is not one; the message says what was expected
   */
  public static HostAndPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.contains(":") && !bracketed) {
      host = "";
    }
    try {
      return new HostAndPort(
          bracketed ? host.substring(1, host.length() - 1) : host,
          Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "not an address: '" + text + "' (expected host:port, for example 10.0.0.1:8002)", e);
    }
  }

  /** The text form that {@link #parse} reads. */
  public String text() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
