package dev.dragonfly.common.config;

import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a YAML text says, with every scalar as it is written: a password 0012 is not the number 12.
 * A key without a value is left out, so that it has its default.
 */
final class ConfigTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private ConfigTree() {}

  /** Reads the value at which the parser stands. */
  static JsonNode read(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_NULL -> NODES.nullNode();
      default -> NODES.stringNode(parser.getString());
    };
  }

  private static ObjectNode object(JsonParser parser) {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      parser.nextToken();
      JsonNode value = read(parser);
      if (!value.isNull()) {
        object.set(key, value);
      }
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser) {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(read(parser));
    }
    return array;
  }

  /** Lays the sections of one over those of the other; lists and scalars replace. */
  static ObjectNode merge(ObjectNode below, ObjectNode above) {
    ObjectNode merged = below.deepCopy();
    above.forEachEntry((key, value) -> {
      JsonNode known = merged.get(key);
      merged.set(
          key,
          known instanceof ObjectNode section && value instanceof ObjectNode over
              ? merge(section, over)
              : value);
    });
    return merged;
  }
}
