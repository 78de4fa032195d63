package dev.dragonfly.common.registry;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What registries and token services say when they refuse, as far as it can be shown. */
final class RegistryWords {
  private static final int LONGEST = 300;

  private RegistryWords() {}

  /** Their own words, after a colon and a space; empty when they say nothing that can be read. */
  static String of(byte[] body) {
    try {
      JsonNode json = JsonMapper.shared().readTree(body);
      List<String> words = new ArrayList<>();
      for (JsonNode error : json.path("errors")) {
        words.add(error.path("message").asString(error.path("code").asString("")));
      }
      for (String name : List.of("details", "message", "error")) {
        if (words.isEmpty() && json.path(name).isString()) {
          words.add(json.path(name).asString());
        }
      }
      words.removeIf(String::isBlank);
      return words.isEmpty() ? "" : ": " + printable(String.join("; ", words));
    } catch (JacksonException e) {
      return "";
    }
  }

  /** Strangers write into logs and pages here: one line, and not too long. */
  static String printable(String text) {
    String clean = text.replaceAll("[\\p{Cntrl}\\p{Cs}\\p{Co}\\u2028\\u2029]", "?");
    return clean.length() > LONGEST ? clean.substring(0, LONGEST) + "..." : clean;
  }
}
