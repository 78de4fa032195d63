package dev.dragonfly.scheduler.store.redis;

import java.nio.charset.StandardCharsets;

/** How texts and numbers are written in Redis; pure. */
final class RedisBytes {
  private RedisBytes() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] number(long value) {
    return bytes(Long.toString(value));
  }

  static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }
}
