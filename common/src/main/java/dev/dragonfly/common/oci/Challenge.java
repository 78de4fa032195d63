package dev.dragonfly.common.oci;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a registry wants callers to prove themselves, from a WWW-Authenticate header.
 *
 * @param basic user name and password themselves; else a token
 * @param realm where tokens are had, an absolute URL
 * @param service what tokens are for
 */
public record Challenge(boolean basic, String realm, Optional<String> service) {
  private static final Pattern PARAMETER =
      Pattern.compile("([a-zA-Z_]{1,32})\\s*=\\s*(?:\"([^\"]{0,2048})\"|([^\\s,\"]{1,2048}))");

  /** Reads the header; empty when it is of a kind that cannot be answered here. */
  public static Optional<Challenge> parse(String header) {
    String text = header.strip();
    int space = text.indexOf(' ');
    String scheme = (space < 0 ? text : text.substring(0, space)).toLowerCase(Locale.ROOT);
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(space < 0 ? "" : text.substring(space));
    while (matcher.find()) {
      parameters.put(
          matcher.group(1).toLowerCase(Locale.ROOT),
          matcher.group(2) == null ? matcher.group(3) : matcher.group(2));
    }
    String realm = parameters.getOrDefault("realm", "");
    if (scheme.equals("basic")) {
      return Optional.of(new Challenge(true, realm, Optional.empty()));
    }
    boolean url = realm.startsWith("https://") || realm.startsWith("http://");
    return scheme.equals("bearer") && url
        ? Optional.of(new Challenge(false, realm, Optional.ofNullable(parameters.get("service"))))
        : Optional.empty();
  }

  /** Where a token is had that lets its bearer pull from the repository. */
  public String tokenUrl(String repository) {
    StringBuilder url = new StringBuilder(realm);
    char mark = realm.indexOf('?') < 0 ? '?' : '&';
    if (service.isPresent()) {
      url.append(mark).append("service=").append(encoded(service.get()));
      mark = '&';
    }
    if (!repository.isEmpty()) {
      url.append(mark).append("scope=").append(encoded("repository:" + repository + ":pull"));
    }
    return url.toString();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
