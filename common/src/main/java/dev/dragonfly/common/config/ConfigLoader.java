package dev.dragonfly.common.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads YAML into records that check themselves. What a file does not say stands in the documented
 * file of the service, which is laid under it: a default is written once, where people read it.
 */
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
   * Reads the file over the defaults of the service.
   *
   * @param defaults the documented file of the service, a resource, for example {@code
   *     /config/scheduler.yaml}
   * @throws ConfigException with the file, the key path and what is expected there
   */
  public static <T extends Record> T load(Path file, String defaults, Class<T> type) {
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new ConfigException("no configuration file " + file + "; name one with --config", e);
    } catch (IOException e) {
      throw new ConfigException("cannot read the configuration file " + file + ": " + e, e);
    }
    return parse(text, file.toString(), defaults, type);
  }

  /** What the service has where nothing is configured. */
  public static <T extends Record> T defaults(String defaults, Class<T> type) {
    return parse("", defaults, defaults, type);
  }

  /** Reads the text over the defaults; {@code origin} is named in errors. */
  public static <T extends Record> T parse(
      String text, String origin, String defaults, Class<T> type) {
    return bind(origin, type, () -> ConfigTree.merge(tree(resource(defaults)), tree(text)));
  }

  private static String resource(String name) {
    try (InputStream in = ConfigLoader.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("no " + name + " on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ObjectNode tree(String text) {
    try (JsonParser parser = MAPPER.createParser(hasKeys(text) ? text : "{}")) {
      parser.nextToken();
      JsonNode node = ConfigTree.read(parser);
      if (!(node instanceof ObjectNode keys)) {
        throw new ConfigException("expected keys with values");
      }
      return keys;
    }
  }

  private static <T extends Record> T bind(
      String origin, Class<T> type, Supplier<ObjectNode> keys) {
    try {
      return MAPPER.treeToValue(keys.get(), type);
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
