package dev.dragonfly.common.wire;

import java.util.Map;
import java.util.regex.Pattern;

/**
 * Headers of a caller or a source: names are tokens and values have no line breaks (RFC 9110), so
 * that none can become a second header on its way.
 */
final class HeaderCheck {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9A-Za-z]+");

  private HeaderCheck() {}

  static Map<String, String> check(String field, Map<String, String> headers) {
    Arguments.atMost(field, headers.size(), FieldLimits.HEADERS);
    int length = 0;
    for (Map.Entry<String, String> header : headers.entrySet()) {
      length += header.getKey().length() + header.getValue().length();
      Arguments.check(
          length <= FieldLimits.HEADERS_TEXT,
          () -> field + " must have at most " + FieldLimits.HEADERS_TEXT + " characters in all");
      Arguments.check(
          TOKEN.matcher(header.getKey()).matches(),
          () -> field + " has a name that is not a token");
      Arguments.check(
          header.getValue().chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0),
          () -> field + " has a value with CR, LF or NUL");
    }
    return headers;
  }
}
