package dev.dragonfly.common.task;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From where a source was read: scheme and authority of its URL. Content that is named by its
 * digest is the same wherever it comes from; who may read it is asked of where it came from.
 *
 * @param value {@code https://registry.example:5000} in lower case, or empty for {@link #NONE}
 */
public record SourceOrigin(String value) {
  private static final int MAX_LENGTH = 300;
  private static final Pattern FORM = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#@\\s]+");
  private static final Pattern URL =
      Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*://)(?:[^/?#]*@)?(?<host>[^/?#@]+).*");

  /** Not told. Behind the patterns: it is checked by them. */
  public static final SourceOrigin NONE = new SourceOrigin("");

  public SourceOrigin {
    boolean told = FORM.matcher(value).matches() && value.length() <= MAX_LENGTH;
    if (!value.isEmpty() && !told) {
      throw new IllegalArgumentException("not scheme and authority: '" + value + "'");
    }
  }

  /** That of the URL; {@link #NONE} where it has no authority of a usual form. */
  public static SourceOrigin of(String url) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      return NONE;
    }
    String origin = (matcher.group("scheme") + matcher.group("host")).toLowerCase(Locale.ROOT);
    return FORM.matcher(origin).matches() && origin.length() <= MAX_LENGTH
        ? new SourceOrigin(origin)
        : NONE;
  }
}
