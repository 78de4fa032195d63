package dev.dragonfly.dfdaemon.runtime;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Docker's daemon.json with the proxy as its first mirror; all other characters stay. Pure. */
final class DaemonJson {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String MIRRORS = "registry-mirrors";

  private DaemonJson() {}

  static ObjectNode parse(String text, Path file) {
    try {
      if (text.isBlank()) {
        return MAPPER.createObjectNode();
      }
      if (MAPPER.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "%s is not JSON at line %d: %s; nothing was changed there"
              .formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()));
    }
    throw new DragonflyException(
        ErrorCode.CONFIG, file + " is not an object of JSON; nothing was changed there");
  }

  /** Whether the mirror is in it. */
  static boolean names(ObjectNode content, String mirror) {
    for (JsonNode there : content.path(MIRRORS)) {
      // Docker takes the name with and without a slash for the same.
      if (there.asString().replaceFirst("/$", "").equals(mirror)) {
        return true;
      }
    }
    return false;
  }

  /** The text with the mirror in front. */
  static String with(String text, String mirror, Path file) {
    ObjectNode content = parse(text, file);
    JsonNode mirrors = content.path(MIRRORS);
    if (!mirrors.isMissingNode() && !mirrors.isArray()) {
      throw new DragonflyException(
          ErrorCode.CONFIG, file + ": " + MIRRORS + " is not a list; nothing was changed there");
    }
    if (text.isBlank()) {
      return "{\n" + entry(mirror) + "\n}\n";
    }
    int at = mirrors.isArray() ? afterBracket(text) : text.indexOf('{') + 1;
    String added =
        mirrors.isArray()
            ? '"' + mirror + '"' + (mirrors.isEmpty() ? "" : ", ")
            : "\n" + entry(mirror) + (content.isEmpty() ? "\n" : ",");
    return text.substring(0, at) + added + text.substring(at);
  }

  private static String entry(String mirror) {
    return "  \"" + MIRRORS + "\": [\"" + mirror + "\"]";
  }

  /** Where the list of mirrors begins. */
  private static int afterBracket(String text) {
    try (JsonParser parser = MAPPER.createParser(text)) {
      int depth = 0;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 1
            && token == JsonToken.PROPERTY_NAME
            && MIRRORS.equals(parser.currentName())) {
          parser.nextToken();
          return (int) parser.currentTokenLocation().getCharOffset() + 1;
        }
      }
    }
    throw new IllegalStateException("no list of mirrors where one was read");
  }

  /** The text without the mirror, for a file that somebody changed after us. */
  static String without(String text, String mirror, Path file) {
    ObjectNode content = parse(text, file);
    if (!names(content, mirror)) {
      return text;
    }
    String quoted = '"' + mirror + '"';
    String alone = "\"" + MIRRORS + "\": [" + quoted + "]";
    for (String ours : new String[] {"\n  " + alone + ",", "\n  " + alone, quoted + ", ", quoted}) {
      if (text.contains(ours)) {
        return text.replaceFirst(Pattern.quote(ours), "");
      }
    }
    return text;
  }
}
