package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A URL that can be read: http or https with a host. Host names may hold underscores, as those of
 * containers do.
 *
 * @param uri the URL without user information and fragment
 * @param host name or address, without brackets
 * @param port as written, or that of the scheme
 * @param userInfo user and password of the URL
 */
record SourceUrl(URI uri, String host, int port, Optional<String> userInfo) {
  private static final Pattern AUTHORITY =
      Pattern.compile("(?:(.*)@)?(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{0,5}))?");
  private static final String UNSAFE = " \"<>^`{|}";

  /**
   * Reads a URL; characters that must not stand there bare, like spaces, are escaped.
   *
   * @throws DragonflyException INVALID_ARGUMENT when it is no URL of a source
   */
  static SourceUrl parse(String text) {
    try {
      return read(new URI(escaped(text)));
    } catch (URISyntaxException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "cannot read the source '" + withoutSecrets(text) + "': " + e.getReason());
    }
  }

  private static SourceUrl read(URI uri) throws URISyntaxException {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    Matcher authority = AUTHORITY.matcher(String.valueOf(uri.getRawAuthority()));
    boolean tls = scheme.equals("https");
    if (!tls && !scheme.equals("http") || uri.getRawAuthority() == null || !authority.matches()) {
      throw new URISyntaxException("", "expected http://host/... or https://host/...");
    }
    String host = authority.group(2);
    @Nullable String port = authority.group(3);
    boolean standard = port == null || port.isEmpty();
    int number = standard ? tls ? 443 : 80 : Integer.parseInt(port);
    if (number < 1 || number > 65_535) {
      throw new URISyntaxException("", "port " + port + " (expected 1 to 65535)");
    }
    return new SourceUrl(
        new URI(scheme + "://" + host + (standard ? "" : ":" + port) + rawTarget(uri)),
        host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
        number,
        Optional.ofNullable(authority.group(1)).map(SourceUrl::decoded));
  }

  private static String decoded(String userInfo) {
    return URLDecoder.decode(userInfo.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (UNSAFE.indexOf(c) >= 0) {
        escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String withoutSecrets(String text) {
    return text.replaceFirst("//[^/@]*@", "//").replaceFirst("(?s)\\?.*", "?...");
  }

  private static String rawTarget(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  boolean isTls() {
    return uri.getScheme().equals("https");
  }

  /** What stands in the request line. */
  String target() {
    return rawTarget(uri);
  }

  /** What stands in the Host header. */
  String hostHeader() {
    return uri.getRawAuthority();
  }

  Optional<String> basicAuthorization() {
    return userInfo.map(user ->
        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  boolean sameOrigin(SourceUrl other) {
    return isTls() == other.isTls() && host.equalsIgnoreCase(other.host) && port == other.port;
  }

  /**
   * Where a redirect leads to.
   *
   * @throws DragonflyException SOURCE_FAILED when that is no URL of a source
   */
  SourceUrl resolve(String location) {
    // The JDK resolves a query alone as RFC 2396 did: without the last part of the path.
    String reference = location.startsWith("?") ? uri.getRawPath() + location : location;
    try {
      return read(uri.resolve(new URI(escaped(reference))));
    } catch (URISyntaxException e) {
      throw new DragonflyException(
          ErrorCode.SOURCE_FAILED,
          "source %s redirected to '%s', which cannot be read: %s"
              .formatted(this, withoutSecrets(location), e.getReason()));
    }
  }

  /** For people: without the values of the query, which may be signatures. */
  @Override
  public String toString() {
    String query = uri.getRawQuery() == null ? "" : "?...";
    return uri.getScheme() + "://" + hostHeader() + uri.getRawPath() + query;
  }
}
