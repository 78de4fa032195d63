package dev.dragonfly.common.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * Reads YAML into records that check themselves. What a file does not say stands in the documented
 * file of the service, which is laid under it: a default is written once, where people read it.
 */
public final class ConfigLoader {
  private static final YAMLFactory YAML = new YAMLFactory();

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
    Map<String, Object> keys =
        ConfigTree.merge(tree(resource(defaults), defaults), tree(text, origin));
    return new RecordBinder(origin).bind(keys, type);
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

  private static Map<?, ?> tree(String text, String origin) {
    if (!hasKeys(text)) {
      return Map.of();
    }
    try (JsonParser parser = YAML.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      if (ConfigTree.read(parser) instanceof Map<?, ?> keys) {
        return keys;
      }
      throw new ConfigException(origin + ": (top level): expected keys with values");
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
}
