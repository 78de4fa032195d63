package dev.dragonfly.common.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads YAML into records that check themselves. */
public final class ConfigLoader {
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .addModule(
              new SimpleModule()
                  .addDeserializer(
                      Duration.class, new ScalarReader<>(Duration.class, DurationText::parse))
                  .addDeserializer(
                      DataSize.class, new ScalarReader<>(DataSize.class, DataSize::parse)))
          .build();

  private ConfigLoader() {}

  /**
   * Reads the file.
   *
   * @throws ConfigException with the file, the key path and what is expected there
   */
  public static <T extends Record> T load(Path file, Class<T> type) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("no configuration file " + file + "; name one with --config", e);
    } catch (IOException e) {
      throw new ConfigException("cannot read the configuration file " + file + ": " + e, e);
    }
    return parse(text, file.toString(), type);
  }

  /** Reads the text; {@code origin} is named in errors. */
  public static <T extends Record> T parse(String text, String origin, Class<T> type) {
    try {
      T value = MAPPER.readValue(hasKeys(text) ? text : "{}", type);
      return value == null ? MAPPER.readValue("{}", type) : value;
    } catch (UnrecognizedPropertyException e) {
      throw new ConfigException("%s: unknown key %s%s".formatted(origin, path(e), known(e)), e);
    } catch (DatabindException e) {
      throw new ConfigException("%s: %s: %s".formatted(origin, path(e), reason(e)), e);
    } catch (JacksonException e) {
      // the parser's own message quotes the line, which may hold a secret
      throw new ConfigException(
          "%s: not YAML at line %d, column %d: look for quotes, brackets, colons and indentation"
              .formatted(origin, e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    }
  }

  private static boolean hasKeys(String text) {
    return text.lines()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.startsWith("#"));
  }

  private static String reason(DatabindException e) {
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      if (!(cause instanceof JacksonException || cause instanceof ReflectiveOperationException)) {
        return String.valueOf(cause.getMessage());
      }
    }
    return e.getOriginalMessage();
  }

  private static String path(DatabindException e) {
    StringBuilder path = new StringBuilder();
    for (JacksonException.Reference reference : e.getPath()) {
      if (reference.getPropertyName() == null) {
        path.append('[').append(reference.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(reference.getPropertyName());
      }
    }
    return path.isEmpty() ? "(top level)" : path.toString();
  }

  private static String known(UnrecognizedPropertyException e) {
    Collection<Object> known = e.getKnownPropertyIds();
    if (known == null || known.isEmpty()) {
      return "";
    }
    List<String> names = known.stream().map(Object::toString).sorted().toList();
    return " (known here: " + String.join(", ", names) + ")";
  }

  /** Reads what people write as one word: a text or a number. */
  private static final class ScalarReader<T> extends StdDeserializer<T> {
    private final Function<String, T> parser;

    ScalarReader(Class<T> type, Function<String, T> parser) {
      super(type);
      this.parser = parser;
    }

    @Override
    public T deserialize(JsonParser parser, DeserializationContext context) {
      return this.parser.apply(parser.getString());
    }
  }
}
