package dev.dragonfly.manager.searcher;

import dev.dragonfly.manager.dynconfig.JsonDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the scopes of a cluster; what has the wrong type counts as not said. */
final class ScopesReader {
  private ScopesReader() {}

  /** The scopes a document holds. */
  static Scopes read(JsonDocument document) {
    ObjectNode node = document.node();
    return new Scopes(
        text(node.get("idc")),
        text(node.get("location")),
        texts(node.get("cidrs")),
        texts(node.get("hostnames")));
  }

  private static String text(@Nullable JsonNode node) {
    return node != null && node.isString() ? node.stringValue() : "";
  }

  private static List<String> texts(@Nullable JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node != null && node.isArray()) {
      node.forEach(item -> {
        if (item.isString()) {
          texts.add(item.stringValue());
        }
      });
    }
    return texts;
  }
}
