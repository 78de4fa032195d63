package dev.dragonfly.common.testing;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.config.ConfigException;
import dev.dragonfly.common.config.ConfigLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What every file in docs/config keeps: it is what the service has by default and names every key.
 */
public final class ConfigReference {
  /** A key at its indentation, in use or commented out. */
  private static final Pattern KEY = Pattern.compile("^( *)(# *)?([a-z]\\w*):( .*)?$");

  private record Level(int indentation, String path) {}

  private ConfigReference() {}

  /**
   * Fails unless the file that people read is the resource that the service reads, gives every
   * component of the record a value and names every key.
   *
   * @param resource for example {@code /config/scheduler.yaml}
   */
  public static <T extends Record> void check(String resource, Class<T> type) {
    Path file = Path.of("../docs", resource);
    T defaults = ConfigLoader.defaults(resource, type);
    assertThat(ConfigLoader.load(file, resource, type))
        .as("the resource is of another build than " + file)
        .isEqualTo(defaults);
    assertThat(withoutValue(defaults, "")).as("keys without a value in " + file).isEmpty();
    assertThat(keysIn(file)).as("keys in " + file).containsAll(keysOf(type));
  }

  private static Set<String> withoutValue(Record part, String prefix) {
    Set<String> missing = new TreeSet<>();
    for (RecordComponent component : part.getClass().getRecordComponents()) {
      String key = prefix + component.getName();
      Object value = value(part, component);
      if (value == null && component.getAnnotatedType().getAnnotation(Nullable.class) == null) {
        missing.add(key);
      } else if (value instanceof Record inner && !isValue(inner.getClass())) {
        missing.addAll(withoutValue(inner, key + "."));
      }
    }
    return missing;
  }

  private static @Nullable Object value(Record part, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(part);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /**
   * Fails unless a file with a key that does not exist is refused with its own name and the key.
   */
  public static <T extends Record> void refusesUnknownKeys(
      Path folder, String resource, Class<T> type) {
    for (String section : sectionsOf(type)) {
      Path file = folder.resolve("unknown.yaml");
      write(file, section + ":\n  noSuchKey: 1\n");
      assertThatThrownBy(() -> ConfigLoader.load(file, resource, type))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(section + ".noSuchKey");
    }
  }

  /**
   * Fails unless every line of the file changes the component of its name and no other, and all of
   * them together change every component.
   *
   * @param file a value other than the default for every key, each on a line of its own
   */
  public static <T extends Record> void everyKeyIsRead(String resource, Class<T> type, Path file) {
    Map<String, Object> usual = leaves(ConfigLoader.defaults(resource, type), "");
    Set<String> changed = new TreeSet<>();
    Map<Integer, String> above = new TreeMap<>();
    for (String line : lines(file)) {
      Matcher key = KEY.matcher(line);
      assertThat(key.matches()).as("a key in: " + line).isTrue();
      above.keySet().removeIf(indentation -> indentation >= key.end(1));
      above.put(key.end(1), line);
      if (key.group(4) != null) {
        String alone = String.join("\n", above.values());
        Map<String, Object> read = leaves(ConfigLoader.parse(alone, line, resource, type), "");
        String path = alone.lines().map(each -> each.strip().split(":")[0]).collect(joining("."));
        assertThat(difference(usual, read)).as("changed by: " + alone).containsExactly(path);
        changed.add(path);
      }
    }
    assertThat(changed).containsExactlyInAnyOrderElementsOf(usual.keySet());
  }

  private static Set<String> difference(Map<String, Object> one, Map<String, Object> other) {
    Set<String> keys = new TreeSet<>(one.keySet());
    keys.removeIf(key -> Objects.equals(one.get(key), other.get(key)));
    return keys;
  }

  /** Every component that is no section, by its path. */
  private static Map<String, Object> leaves(Record part, String prefix) {
    Map<String, Object> leaves = new TreeMap<>();
    for (RecordComponent component : part.getClass().getRecordComponents()) {
      Object value = value(part, component);
      if (value instanceof Record inner && !isValue(inner.getClass())) {
        leaves.putAll(leaves(inner, prefix + component.getName() + "."));
      } else {
        leaves.put(prefix + component.getName(), Optional.ofNullable(value));
      }
    }
    return leaves;
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Dotted paths of all keys in the file, sections included. */
  private static Set<String> keysIn(Path file) {
    Set<String> keys = new TreeSet<>();
    Deque<Level> open = new ArrayDeque<>();
    for (String line : lines(file)) {
      Matcher matcher = KEY.matcher(line);
      if (matcher.matches()) {
        String comment = matcher.group(2) == null ? "  " : matcher.group(2);
        int indentation = matcher.group(1).length() + comment.length() - 2;
        while (!open.isEmpty() && open.peek().indentation() >= indentation) {
          open.pop();
        }
        String parent = open.isEmpty() ? "" : open.peek().path() + ".";
        open.push(new Level(indentation, parent + matcher.group(3)));
        keys.add(parent + matcher.group(3));
      }
    }
    return keys;
  }

  private static Iterable<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> sectionsOf(Class<?> type) {
    Set<String> sections = new TreeSet<>();
    for (String key : keysOf(type)) {
      if (key.contains(".")) {
        sections.add(key.substring(0, key.indexOf('.')));
      }
    }
    return sections;
  }

  private static Set<String> keysOf(Class<?> type) {
    Set<String> keys = new TreeSet<>();
    addKeys(type, "", keys);
    return keys;
  }

  private static void addKeys(Class<?> type, String prefix, Set<String> keys) {
    for (RecordComponent component : type.getRecordComponents()) {
      String key = prefix + component.getName();
      keys.add(key);
      Class<?> part = valueType(component.getGenericType());
      if (part.isRecord() && !isValue(part)) {
        addKeys(part, key + ".", keys);
      }
    }
  }

  /** The type itself, or what an Optional of it holds. */
  private static Class<?> valueType(Type type) {
    if (type instanceof ParameterizedType generic) {
      return generic.getRawType() == Optional.class
          ? valueType(generic.getActualTypeArguments()[0])
          : Object.class;
    }
    return (Class<?>) type;
  }

  /** Records that are written as one text, like a size. */
  private static boolean isValue(Class<?> type) {
    return type.getPackage().equals(ConfigLoader.class.getPackage());
  }
}
