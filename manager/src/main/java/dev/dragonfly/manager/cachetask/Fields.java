package dev.dragonfly.manager.cachetask;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/**
 * The fields of a hash as the types they stand for. A text that is missing is empty; all else fails
 * when it is missing or of another type, and then the entry is broken.
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

  /** Schedulers write 1 and 0, older ones words. */
  boolean flag(String name) {
    return switch (text(name)) {
      case "1", "true" -> true;
      case "0", "false" -> false;
      case String other -> throw new IllegalArgumentException(name + " is neither 1 nor 0");
    };
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
