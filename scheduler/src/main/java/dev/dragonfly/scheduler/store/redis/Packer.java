package dev.dragonfly.scheduler.store.redis;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes values one behind the other: numbers of variable length, texts with their length. */
final class Packer {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);

  Packer number(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.write((int) (rest & 0x7F | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
    return this;
  }

  Packer text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    number(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  Packer flag(boolean value) {
    return number(value ? 1 : 0);
  }

  byte[] toBytes() {
    return out.toByteArray();
  }
}
