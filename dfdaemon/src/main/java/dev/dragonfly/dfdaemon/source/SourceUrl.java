package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * A URL that can be read: http or https with a host.
 *
 * @param uri the URL without user information and fragment
 * @param userInfo user and password of the URL
 */
record SourceUrl(URI uri, Optional<String> userInfo) {

  static SourceUrl parse(String text) {
    try {
      URI uri = new URI(text.replace(" ", "%20").replace("|", "%7C"));
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("http") && !scheme.equals("https") || uri.getHost() == null) {
        throw invalid(text, "expected http://host/... or https://host/...");
      }
      return new SourceUrl(
          new URI(scheme + "://" + authority(uri) + rawTarget(uri)),
          Optional.ofNullable(uri.getUserInfo()));
    } catch (URISyntaxException e) {
      throw invalid(text, e.getReason());
    }
  }

  private static DragonflyException invalid(String text, String why) {
    return new DragonflyException(
        ErrorCode.INVALID_ARGUMENT, "cannot read the source '" + text + "': " + why);
  }

  private static String authority(URI uri) {
    return uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
  }

  private static String rawTarget(URI uri) {
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    return path + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  boolean isTls() {
    return uri.getScheme().equals("https");
  }

  String host() {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  int port() {
    return uri.getPort() >= 0 ? uri.getPort() : isTls() ? 443 : 80;
  }

  /** What stands in the request line. */
  String target() {
    return rawTarget(uri);
  }

  /** What stands in the Host header. */
  String hostHeader() {
    return authority(uri);
  }

  Optional<String> basicAuthorization() {
    return userInfo.map(user ->
        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
  }

  boolean sameOrigin(SourceUrl other) {
    return isTls() == other.isTls()
        && host().equalsIgnoreCase(other.host())
        && port() == other.port();
  }

  SourceUrl resolve(String location) {
    try {
      return parse(uri.resolve(new URI(location.replace(" ", "%20"))).toString());
    } catch (URISyntaxException e) {
      throw invalid(location, "the source redirected there: " + e.getReason());
    }
  }

  /** For people: without the values of the query, which may be signatures. */
  @Override
  public String toString() {
    String query = uri.getRawQuery() == null ? "" : "?...";
    return uri.getScheme() + "://" + authority(uri) + uri.getRawPath() + query;
  }
}
