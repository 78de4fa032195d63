package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.ByteRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32;

/**
 * A digest of the whole content, computed behind the download: what is verified without a gap from
 * the start is hashed as it grows, so that little is left when the last byte arrives. Verified
 * bytes never change, so what was hashed stays right. One disk thread at a time.
 */
final class PrefixDigest {
  /** Bytes hashed at a time: some 5 ms. */
  private static final long SLICE = 8L << 20;

  private final Digest.Algorithm algorithm;
  private final TaskContent content;
  private final Sum sum;
  private volatile long position;

  PrefixDigest(Digest.Algorithm algorithm, TaskContent content) {
    this.algorithm = algorithm;
    this.content = content;
    this.sum = algorithm == Digest.Algorithm.CRC32 ? new Crc() : new Hash(algorithm.hasher());
  }

  /** Up to where all is hashed. */
  long position() {
    return position;
  }

  /** Hashes a slice of what is verified. */
  void advance(long verifiedUntil) throws IOException {
    long start = position;
    long length = Math.min(SLICE, verifiedUntil - start);
    if (length > 0) {
      content.scan(new ByteRange(start, length), sum::add);
      position = start + length;
    }
  }

  /** The digest of what was hashed; to be called once. */
  Digest finish() {
    return new Digest(algorithm, sum.text());
  }

  private sealed interface Sum {
    void add(ByteBuffer bytes);

    String text();
  }

  private record Crc(CRC32 value) implements Sum {
    Crc() {
      this(new CRC32());
    }

    @Override
    public void add(ByteBuffer bytes) {
      value.update(bytes);
    }

    @Override
    public String text() {
      return Long.toString(value.getValue());
    }
  }

  private record Hash(MessageDigest digest) implements Sum {
    @Override
    public void add(ByteBuffer bytes) {
      digest.update(bytes);
    }

    @Override
    public String text() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
