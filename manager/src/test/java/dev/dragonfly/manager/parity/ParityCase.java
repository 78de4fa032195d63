package dev.dragonfly.manager.parity;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** One request of the recording and what is known of its answer. */
record ParityCase(JsonNode row) {
  String name() {
    return row.get("name").asString();
  }

  String method() {
    return row.get("method").asString();
  }

  String path() {
    return row.get("path").asString();
  }

  /** Of the form {@code bearer:VARIABLE}, {@code cookie:VARIABLE}, {@code query:NAME:VARIABLE}. */
  String auth() {
    return row.path("auth").asString("");
  }

  JsonNode headers() {
    return row.path("headers");
  }

  /** Which variables the answer sets, and where in it they are. */
  JsonNode save() {
    return row.path("save");
  }

  /** Where an answer has a value as soon as it is complete. */
  Optional<String> poll() {
    return row.has("poll") ? Optional.of(row.get("poll").asString()) : Optional.empty();
  }

  /** What the value must be one of; empty: any. */
  Set<String> until() {
    Set<String> words = new HashSet<>();
    row.path("until").forEach(word -> words.add(word.asString()));
    return words;
  }

  /** The body, before variables are put in; raw ones are bytes. */
  Optional<byte[]> raw() {
    return row.has("raw")
        ? Optional.of(row.get("raw").asString().getBytes(StandardCharsets.ISO_8859_1))
        : Optional.empty();
  }

  Optional<JsonNode> json() {
    return Optional.ofNullable(row.get("json"));
  }

  /** The recorded status; 0 when it is not known or not stable. */
  int status() {
    return row.path("status").asInt(0);
  }

  Optional<JsonNode> shape() {
    return Optional.ofNullable(row.get("shape"));
  }

  boolean isCompared() {
    return status() != 0 || shape().isPresent();
  }
}
