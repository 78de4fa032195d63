package dev.dragonfly.manager.dynconfig;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The text of a JSON object. There is no empty text: nothing is {@code {}}, because the daemons
 * parse what they get and drop their whole configuration when they cannot.
 */
public record JsonDocument(String text) {
  /** The object without members. */
  public static final JsonDocument EMPTY = new JsonDocument("{}");

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final JsonMapper WRITER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  /**
   * @throws DragonflyException INVALID_ARGUMENT when the text is not a JSON object
   */
  public static JsonDocument parse(String text) {
    return of(read(text));
  }

  /** The document of a node; absent and null are the empty object. */
  public static JsonDocument of(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return EMPTY;
    }
    if (!node.isObject()) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to read a JSON object, got " + node.getNodeType() + " (expected {...})");
    }
    return new JsonDocument(node.toString());
  }

  /** The document of a record, with the names that REST and the daemons use. */
  public static JsonDocument written(Object value) {
    return of(WRITER.valueToTree(value));
  }

  /** What the document says as a record; unknown names are ignored. */
  public <T> T read(Class<T> type) {
    return WRITER.readValue(text, type);
  }

  /** A copy that the caller may change. */
  public ObjectNode node() {
    return (ObjectNode) read(text);
  }

  /** Without members that are null, on every level: daemons refuse a null where a list belongs. */
  public JsonDocument withoutNulls() {
    return without(JsonNode::isNull);
  }

  /** Without members that say nothing: null, and 0 where a number was not given. */
  public JsonDocument given() {
    return without(value -> value.isNull() || (value.isIntegralNumber() && value.asLong() == 0));
  }

  private JsonDocument without(Predicate<JsonNode> empty) {
    ObjectNode node = node();
    drop(node, empty);
    return of(node);
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JacksonException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "tried to read a JSON object, got broken JSON: " + e.getOriginalMessage(),
          e);
    }
  }

  private static void drop(JsonNode node, Predicate<JsonNode> empty) {
    if (node instanceof ObjectNode object) {
      List<String> absent = new ArrayList<>();
      object.forEachEntry((name, value) -> {
        if (empty.test(value)) {
          absent.add(name);
        }
      });
      object.remove(absent);
    }
    node.forEach(child -> drop(child, empty));
  }
}
