package dev.dragonfly.common.task;

/**
 * A closed-open run of bytes.
 *
 * @param start first byte, from 0
 * @param length number of bytes, from 0
 */
public record ByteRange(long start, long length) {
  public ByteRange {
    if (start < 0 || length < 0 || start + length < 0) {
      throw new IllegalArgumentException("not a byte range: start " + start + " length " + length);
    }
  }

  /** The first byte after the range. */
  public long end() {
    return start + length;
  }

  /** Whether the two share at least one byte. */
  public boolean overlaps(ByteRange other) {
    return start < other.end() && other.start < end();
  }
}
