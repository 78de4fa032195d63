package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.charset.StandardCharsets;

/**
 * Reads a message of protobuf field by field, without the library; fields that nobody asks about
 * are passed over. Used by one thread.
 *
 * <p>What cannot be read is an INTERNAL failure: only the daemon of this host is listened to.
 */
final class FieldReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int field;
  private long number;
  private int length;

  FieldReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private FieldReader(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  /** Goes on to the next field; false at the end. */
  boolean next() {
    if (at == end) {
      return false;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    number = 0;
    length = 0;
    switch ((int) tag & 7) {
      case VARINT -> number = varint();
      case FIXED64 -> skip(Long.BYTES);
      case FIXED32 -> skip(Integer.BYTES);
      case BYTES -> {
        length = (int) Math.clamp(varint(), -1, Integer.MAX_VALUE);
        skip(length);
      }
      default -> throw unreadable();
    }
    return true;
  }

  /** Number of the field. */
  int field() {
    return field;
  }

  /** Its value, where it is a number. */
  long number() {
    return number;
  }

  /** Its value, where it is text. */
  String text() {
    return new String(bytes, at - length, length, StandardCharsets.UTF_8);
  }

  /** Its value, where it is a message. */
  FieldReader message() {
    return new FieldReader(bytes, at - length, at);
  }

  private void skip(int count) {
    if (count < 0 || count > end - at) {
      throw unreadable();
    }
    at += count;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE && at < end; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw unreadable();
  }

  private static DragonflyException unreadable() {
    return new DragonflyException(ErrorCode.INTERNAL, "the daemon said what cannot be read");
  }
}
