package dev.dragonfly.scheduler.store.redis;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link Packer} wrote, in the same order. */
final class Unpacker {
  private final byte[] bytes;
  private int at;

  Unpacker(byte[] bytes) {
    this.bytes = bytes;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      require(1);
      byte next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new DragonflyException(
        ErrorCode.INTERNAL, "Read a number of a stored record: longer than 64 bits at byte " + at);
  }

  int integer() {
    return (int) number();
  }

  boolean flag() {
    return number() != 0;
  }

  String text() {
    int length = integer();
    require(length);
    String value = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return value;
  }

  /** All bytes that were not read yet; a view. */
  ByteBuffer rest() {
    return ByteBuffer.wrap(bytes, at, bytes.length - at).slice();
  }

  private void require(int length) {
    if (length < 0 || at + length > bytes.length) {
      throw new DragonflyException(
          ErrorCode.INTERNAL,
          "Read a stored record of %d bytes: it ends before byte %d; was it written by another version?"
              .formatted(bytes.length, at + length));
    }
  }
}
