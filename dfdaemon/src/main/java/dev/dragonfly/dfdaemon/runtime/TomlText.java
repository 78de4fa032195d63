package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlMapper;

/**
 * TOML as values and as lines. What others wrote is changed line by line and never written anew, so
 * that their comments and their order stay.
 */
final class TomlText {
  private static final TomlMapper MAPPER = new TomlMapper();

  private TomlText() {}

  /**
   * The values in a text.
   *
   * @param file named in errors
   */
  static ObjectNode parse(String text, Path file) {
    try {
      if (MAPPER.readTree(text) instanceof ObjectNode table) {
        return table;
      }
      return MAPPER.createObjectNode();
    } catch (JacksonException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "%s is not TOML at line %d: %s; nothing was changed there"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()));
    }
  }

  /** The lines, each with its end. */
  static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int end = text.indexOf('\n', from);
      int next = end < 0 ? text.length() : end + 1;
      lines.add(text.substring(from, next));
      from = next;
    }
    return lines;
  }

  /** For each line whether it begins a table; a bracket inside a value does not. */
  static boolean[] headers(List<String> lines) {
    boolean[] headers = new boolean[lines.size()];
    Scan scan = new Scan();
    for (int i = 0; i < headers.length; i++) {
      headers[i] = scan.isBetweenValues() && lines.get(i).stripLeading().startsWith("[");
      // Brackets of a header are its own and end on its line.
      if (!headers[i]) {
        scan.line(lines.get(i));
      }
    }
    return headers;
  }

  /** Whether what follows a line is inside a string or an array that began on an earlier one. */
  private static final class Scan {
    private int depth;
    private String open = "";

    boolean isBetweenValues() {
      return depth == 0 && open.isEmpty();
    }

    void line(String line) {
      int at = 0;
      while (at < line.length()) {
        if (!open.isEmpty()) {
          at = inString(line, at);
          continue;
        }
        char c = line.charAt(at);
        if (c == '#') {
          return;
        }
        if (c == '"' || c == '\'') {
          String three = String.valueOf(c).repeat(3);
          open = line.startsWith(three, at) ? three : String.valueOf(c);
          at += open.length();
          continue;
        }
        depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
        at++;
      }
      if (open.length() == 1) {
        open = "";
      }
    }

    private int inString(String line, int at) {
      if (line.charAt(at) == '\\' && open.startsWith("\"")) {
        return at + 2;
      }
      if (line.startsWith(open, at)) {
        int end = at + open.length();
        open = "";
        return end;
      }
      return at + 1;
    }
  }

  /** A table with everything below it as TOML of its own. */
  static String write(String name, ObjectNode table) {
    StringBuilder text = new StringBuilder();
    write(name, table, text);
    return text.toString();
  }

  private static void write(String name, ObjectNode table, StringBuilder text) {
    text.append('[').append(name).append("]\n");
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      if (!entry.getValue().isObject()) {
        text.append("  ").append(key(entry.getKey())).append(" = ").append(value(entry.getValue()));
        text.append('\n');
      }
    }
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      if (entry.getValue() instanceof ObjectNode inner) {
        text.append('\n');
        write(name + "." + key(entry.getKey()), inner, text);
      }
    }
  }

  /** A key, in quotes where it needs them. */
  static String key(String name) {
    return name.matches("[A-Za-z0-9_-]+") ? name : quoted(name);
  }

  /** A value on one line. */
  static String value(JsonNode value) {
    if (value.isArray()) {
      List<String> elements = new ArrayList<>();
      value.forEach(element -> elements.add(value(element)));
      return "[" + String.join(", ", elements) + "]";
    }
    if (value instanceof ObjectNode table) {
      List<String> entries = new ArrayList<>();
      table.properties().forEach(e -> entries.add(key(e.getKey()) + " = " + value(e.getValue())));
      return "{ " + String.join(", ", entries) + " }";
    }
    return value.isString() ? quoted(value.asString()) : value.asString();
  }

  /** A basic string. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
