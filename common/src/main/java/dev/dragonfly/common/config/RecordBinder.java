package dev.dragonfly.common.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records of a configuration from what {@link ConfigTree} read. By hand and not by a
 * library, as each service does it before anything else: Jackson's way took half of the time until
 * a daemon served, for it builds a method handle of its own for each record.
 */
final class RecordBinder {
  private static final Map<Class<?>, Function<String, Object>> SCALARS =
      Map.of(
          String.class, text -> text,
          int.class, RecordBinder::integer,
          long.class, RecordBinder::whole,
          double.class, RecordBinder::fraction,
          boolean.class, RecordBinder::truth,
          Boolean.class, RecordBinder::truth,
          Path.class, Path::of,
          Duration.class, DurationText::parse,
          DataSize.class, DataSize::parse);

  private final String origin;

  /**
   * @param origin named in errors
   */
  RecordBinder(String origin) {
    this.origin = origin;
  }

  /**
   * Binds the whole.
   *
   * @throws ConfigException with the path of the key
   */
  <T extends Record> T bind(Map<String, Object> keys, Class<T> type) {
    return type.cast(record(keys, type, ""));
  }

  private Object record(Object written, Class<?> type, String path) {
    if (!(written instanceof Map<?, ?> keys)) {
      throw unfit(path, "expected keys with values", null);
    }
    RecordComponent[] components = type.getRecordComponents();
    refuseUnknown(keys, components, path);
    @Nullable Object[] values = new @Nullable Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Type wanted = components[i].getGenericType();
      @Nullable Object value = keys.get(name);
      values[i] =
          value == null
              ? absent(wanted)
              : value(value, wanted, path.isEmpty() ? name : path + "." + name);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<?> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true); // Records of other packages, where nobody else needs them.
      return canonical.newInstance(values);
    } catch (InvocationTargetException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw unfit(path, String.valueOf(cause.getMessage()), cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type, e);
    }
  }

  private void refuseUnknown(Map<?, ?> keys, RecordComponent[] components, String path) {
    List<String> known = Arrays.stream(components).map(RecordComponent::getName).sorted().toList();
    for (Object key : keys.keySet()) {
      if (!known.contains(key)) {
        throw new ConfigException(
            "%s: unknown key %s%s (known here: %s)"
                .formatted(
                    origin, path.isEmpty() ? "" : path + ".", key, String.join(", ", known)));
      }
    }
  }

  /** What a record gets for a key that neither the file nor the defaults have. */
  private static @Nullable Object absent(Type type) {
    if (type instanceof ParameterizedType generic && generic.getRawType() == Optional.class) {
      return Optional.empty();
    }
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class) {
      return 0;
    }
    return type == long.class ? (Object) 0L : type == double.class ? (Object) 0.0 : null;
  }

  private Object value(Object written, Type type, String path) {
    if (type instanceof ParameterizedType generic) {
      Type element = generic.getActualTypeArguments()[0];
      return generic.getRawType() == Optional.class
          ? Optional.of(value(written, element, path))
          : list(written, element, path);
    }
    Class<?> plain = (Class<?>) type;
    Function<String, Object> scalar = SCALARS.get(plain);
    if (scalar == null && plain.isRecord()) {
      return record(written, plain, path);
    }
    try {
      return scalar == null ? secret(written, plain) : scalar.apply(text(written, plain));
    } catch (IllegalArgumentException e) {
      throw unfit(path, String.valueOf(e.getMessage()), e);
    }
  }

  private List<Object> list(Object written, Type element, String path) {
    if (!(written instanceof List<?> items)) {
      throw unfit(path, "expected a list", null);
    }
    List<Object> values = new ArrayList<>(items.size());
    for (Object item : items) {
      values.add(value(item, element, path + "[" + values.size() + "]"));
    }
    return values;
  }

  /** A secret, or what is made of one by its method {@code of} and checks it. */
  private static Object secret(Object written, Class<?> type) {
    Secret secret = Secret.parse(written);
    if (type == Secret.class) {
      return secret;
    }
    try {
      return type.getMethod("of", Secret.class).invoke(null, secret);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof IllegalArgumentException wrong
          ? wrong
          : new IllegalStateException("cannot make a " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no configuration can hold a " + type, e);
    }
  }

  private static String text(Object written, Class<?> type) {
    if (written instanceof String text) {
      return text;
    }
    String what =
        type == Duration.class ? "not a duration: " : type == DataSize.class ? "not a size: " : "";
    throw new IllegalArgumentException(what + "expected one value, not a list or keys");
  }

  private static int integer(String text) {
    try {
      return Integer.parseInt(text.strip());
    } catch (NumberFormatException e) {
      throw notNumber(text, e);
    }
  }

  private static long whole(String text) {
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw notNumber(text, e);
    }
  }

  private static double fraction(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      throw notNumber(text, e);
    }
  }

  private static IllegalArgumentException notNumber(String text, NumberFormatException e) {
    return new IllegalArgumentException("not a number, or too large a one: '" + text + "'", e);
  }

  private static boolean truth(String text) {
    return switch (text.strip()) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw new IllegalArgumentException("expected true or false, got '" + text + "'");
    };
  }

  private ConfigException unfit(String path, String reason, @Nullable Throwable cause) {
    String message = "%s: %s: %s".formatted(origin, path.isEmpty() ? "(top level)" : path, reason);
    return cause == null ? new ConfigException(message) : new ConfigException(message, cause);
  }
}
