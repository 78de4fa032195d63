package dev.dragonfly.common.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What a YAML text says: maps, lists and texts, with every scalar as it is written: a password 0012
 * is not the number 12. What has no value is left out, so that a key has its default.
 */
final class ConfigTree {
  private ConfigTree() {}

  /** Reads the value at which the parser stands; a text for none. */
  static Object read(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> keys(parser);
      case START_ARRAY -> list(parser);
      case null -> "";
      default -> parser.getString();
    };
  }

  private static Map<String, Object> keys(JsonParser parser) {
    Map<String, Object> keys = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        keys.put(key, read(parser));
      }
    }
    return keys;
  }

  private static List<Object> list(JsonParser parser) {
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NULL) {
        list.add(read(parser));
      }
    }
    return list;
  }

  /** Lays the sections of one over those of the other; lists and scalars replace. */
  static Map<String, Object> merge(Map<?, ?> below, Map<?, ?> above) {
    Map<String, Object> merged = new LinkedHashMap<>();
    below.forEach((key, value) -> merged.put((String) key, value));
    above.forEach((key, value) ->
        merged.merge(
            (String) key,
            value,
            (known, over) ->
                known instanceof Map<?, ?> section && over instanceof Map<?, ?> more
                    ? merge(section, more)
                    : over));
    return merged;
  }
}
