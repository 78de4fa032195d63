package dev.dragonfly.common.policy;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as maps, lists, texts and whole numbers; anything else is its text in {@link Other}. Without
 * Jackson's databind: every daemon reads a policy, and 500 classes for it stay in its memory.
 */
final class PolicyJson {
  private static final JsonFactory JSON = new JsonFactory();

  private PolicyJson() {}

  /** A value that no policy is made of: true, 0.5, a number that is no int. */
  record Other(String text) {}

  /**
   * Reads a document; one that is no object has no keys.
   *
   * @throws JacksonException when it is no JSON
   */
  static Map<?, ?> read(String text) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      return value(parser) instanceof Map<?, ?> keys ? keys : Map.of();
    }
  }

  /** One object of texts. */
  static String write(Map<String, String> texts) {
    StringWriter written = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(ObjectWriteContext.empty(), written)) {
      generator.writeStartObject();
      texts.forEach(generator::writeStringProperty);
      generator.writeEndObject();
    }
    return written.toString();
  }

  private static Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> keys(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == JsonParser.NumberType.INT
              ? (Object) parser.getIntValue()
              : new Other(parser.getString());
      case null -> Map.of();
      default -> new Other(parser.getString());
    };
  }

  private static Map<String, Object> keys(JsonParser parser) {
    Map<String, Object> keys = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        keys.put(key, value(parser));
      }
    }
    return keys;
  }

  private static List<Object> list(JsonParser parser) {
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      list.add(value(parser));
    }
    return list;
  }
}
