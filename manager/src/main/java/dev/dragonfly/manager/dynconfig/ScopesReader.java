package dev.dragonfly.manager.dynconfig;

import dev.dragonfly.manager.searcher.Scopes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the scopes of a cluster; what has the wrong type counts as not said. */
public final class ScopesReader {
  private ScopesReader() {}

  /** The scopes a document holds. */
  public static Scopes read(JsonDocument document) {
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
      node.forEach(
          item -> {
            if (item.isString()) {
              texts.add(item.stringValue());
            }
          });
    }
    return texts;
  }
}
