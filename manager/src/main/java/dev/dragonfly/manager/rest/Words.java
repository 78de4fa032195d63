package dev.dragonfly.manager.rest;

import java.time.temporal.Temporal;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Names and values as the REST interface writes them. */
final class Words {
  private static final Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");
  private static final int MAX_QUOTED = 64;

  private Words() {}

  /** {@code schedulerClusterId} becomes {@code scheduler_cluster_id}. */
  static String snakeCase(String name) {
    return HUMP.matcher(name).replaceAll("$1_$2").toLowerCase(Locale.ROOT);
  }

  /** Whether a path is of the API and no page. */
  static boolean isApi(String path) {
    String plain = path.startsWith("//") ? path.substring(1) : path;
    return plain.startsWith("/api/") || plain.startsWith("/oapi/");
  }

  /** What a type is called in JSON. */
  static String kind(Class<?> type) {
    if (type == String.class) {
      return "text";
    }
    if (type == Boolean.class) {
      return "true or false";
    }
    if (Number.class.isAssignableFrom(type)) {
      return "number of this kind";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "list";
    }
    return Temporal.class.isAssignableFrom(type) ? "time like 2030-01-02T03:04:05Z" : "object";
  }

  /** A value that somebody sent, short enough for a message. */
  static String quoted(@Nullable Object value) {
    String text = String.valueOf(value);
    return '"' + (text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text) + '"';
  }

  /** Where in a body something was: {@code config.load_limit}. */
  static String path(List<JacksonException.Reference> path) {
    StringBuilder words = new StringBuilder();
    for (JacksonException.Reference step : path) {
      String name = step.getPropertyName();
      if (name == null) {
        words.append('[').append(step.getIndex()).append(']');
      } else {
        words.append(words.isEmpty() ? "" : ".").append(snakeCase(name));
      }
    }
    return words.toString();
  }
}
