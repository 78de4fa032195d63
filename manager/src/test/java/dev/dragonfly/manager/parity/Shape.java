package dev.dragonfly.manager.parity;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What stays of an answer without its values: names and types, of lists that of the first row. */
final class Shape {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");

  private Shape() {}

  static JsonNode of(int status, String body) {
    if (status >= 300 && status < 400) {
      return NODES.stringNode("redirect");
    }
    if (body.isEmpty()) {
      return NODES.stringNode("empty");
    }
    try {
      return of(JsonMapper.shared().readTree(body));
    } catch (JacksonException e) {
      return NODES.stringNode(
          body.contains("<html") || body.contains("<!doctype") ? "html" : "text");
    }
  }

  private static JsonNode of(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL, MISSING -> NODES.stringNode("null");
      case BOOLEAN -> NODES.stringNode("boolean");
      case NUMBER -> NODES.stringNode("number");
      case ARRAY -> first(value);
      case OBJECT -> {
        ObjectNode shape = NODES.objectNode();
        value.forEachEntry((name, member) -> shape.set(name, of(member)));
        yield shape;
      }
      default -> NODES.stringNode(TIME.matcher(value.asString()).matches() ? "time" : "string");
    };
  }

  /** The row with the lowest number: the recording is not in the order of the numbers. */
  private static JsonNode first(JsonNode rows) {
    ArrayNode shape = NODES.arrayNode();
    JsonNode first = null;
    for (JsonNode row : rows) {
      if (first == null || row.path("id").asLong(0) < first.path("id").asLong(0)) {
        first = row;
      }
    }
    if (first != null) {
      shape.add(of(first));
    }
    return shape;
  }
}
