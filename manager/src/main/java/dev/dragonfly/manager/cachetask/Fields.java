package dev.dragonfly.manager.cachetask;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/**
 * The fields of a hash as the types they stand for; each fails when a field is missing or of
 * another type, and then the entry is broken.
 */
record Fields(Map<String, byte[]> bytes) {
  boolean isEmpty() {
    return bytes.isEmpty();
  }

  String text(String name) {
    return new String(raw(name), StandardCharsets.UTF_8);
  }

  byte[] raw(String name) {
    return bytes.getOrDefault(name, new byte[0]);
  }

  long number(String name) {
    return Long.parseUnsignedLong(text(name));
  }

  double fraction(String name) {
    return Double.parseDouble(text(name));
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(text(name));
  }

  Instant time(String name) {
    return OffsetDateTime.parse(text(name)).toInstant();
  }

  /** A value of the network: older schedulers wrote it without the prefix. */
  String network(String name) {
    String text = text("network_" + name);
    return text.isEmpty() ? text(name) : text;
  }

  long networkNumber(String name) {
    return Long.parseUnsignedLong(network(name));
  }
}
