package dev.dragonfly.dfdaemon.net;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The headers of one HTTP message in order; names compare without case, and one may occur several
 * times. Immutable.
 *
 * @param entries as they stand in the message
 */
public record Headers(List<Map.Entry<String, String>> entries) {
  public static final Headers NONE = new Headers(List.of());

  public Headers {
    entries = List.copyOf(entries);
  }

  /** Names and values by turns. */
  public static Headers of(String... namesAndValues) {
    List<Map.Entry<String, String>> entries = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      entries.add(Map.entry(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Headers(entries);
  }

  public static Headers of(Map<String, String> header) {
    return new Headers(List.copyOf(header.entrySet()));
  }

  /** As they were received; Netty's own entries are equal to nothing but themselves. */
  public static Headers of(HttpHeaders received) {
    List<Map.Entry<String, String>> entries = new ArrayList<>(received.size());
    for (Map.Entry<String, String> entry : received) {
      entries.add(Map.entry(entry.getKey(), entry.getValue()));
    }
    return new Headers(entries);
  }

  /** The first header of this name. */
  public Optional<String> first(String name) {
    for (Map.Entry<String, String> entry : entries) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  public boolean has(String name) {
    return first(name).isPresent();
  }

  /** All values of this name, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>();
    for (Map.Entry<String, String> entry : entries) {
      if (entry.getKey().equalsIgnoreCase(name)) {
        values.add(entry.getValue());
      }
    }
    return values;
  }

  /** All headers of this name as one. */
  public Optional<String> joined(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", values));
  }

  /** The same and one more behind them. */
  public Headers plus(String name, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(entries);
    more.add(Map.entry(name, value));
    return new Headers(more);
  }

  /** The same with this value as the only one of its name. */
  public Headers with(String name, String value) {
    return only(other -> !other.equals(name.toLowerCase(Locale.ROOT))).plus(name, value);
  }

  /**
   * Those whose name is wanted.
   *
   * @param wanted asked with names in lower case
   */
  public Headers only(Predicate<String> wanted) {
    return new Headers(
        entries.stream()
            .filter(entry -> wanted.test(entry.getKey().toLowerCase(Locale.ROOT)))
            .toList());
  }

  /** Whether they are the same, whatever stands in headers of this name. */
  public boolean equalsExcept(String name, Headers other) {
    int i = 0;
    int j = 0;
    while (true) {
      i = skip(name, entries, i);
      j = skip(name, other.entries, j);
      if (i == entries.size() || j == other.entries.size()) {
        return i == entries.size() && j == other.entries.size();
      }
      if (!entries.get(i++).equals(other.entries.get(j++))) {
        return false;
      }
    }
  }

  private static int skip(String name, List<Map.Entry<String, String>> entries, int from) {
    int at = from;
    while (at < entries.size() && entries.get(at).getKey().equalsIgnoreCase(name)) {
      at++;
    }
    return at;
  }

  /** One value for each name, which is in lower case; several of a name are joined. */
  public Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : entries) {
      map.merge(entry.getKey().toLowerCase(Locale.ROOT), entry.getValue(), (a, b) -> a + ", " + b);
    }
    return map;
  }

  /** Names only: values may be secrets. */
  @Override
  public String toString() {
    return entries.stream().map(Map.Entry::getKey).toList().toString();
  }
}
