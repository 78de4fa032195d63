package dev.dragonfly.manager.dynconfig;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
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

  /** A copy that the caller may change. */
  public ObjectNode node() {
    return (ObjectNode) read(text);
  }

  /** Without members that are null, on every level: daemons refuse a null where a list belongs. */
  public JsonDocument withoutNulls() {
    if (!text.contains("null")) {
      return this;
    }
    ObjectNode node = node();
    dropNulls(node);
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

  private static void dropNulls(JsonNode node) {
    if (node instanceof ObjectNode object) {
      List<String> absent = new ArrayList<>();
      object.forEachEntry((name, value) -> {
        if (value.isNull()) {
          absent.add(name);
        }
      });
      object.remove(absent);
    }
    node.forEach(JsonDocument::dropNulls);
  }
}
