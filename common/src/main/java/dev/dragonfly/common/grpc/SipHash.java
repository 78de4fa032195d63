package dev.dragonfly.common.grpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** SipHash-2-4 with a zero key, 64 bits (Aumasson and Bernstein, 2012). */
final class SipHash {
  private SipHash() {}

  static long hash(byte[] data) {
    long[] v = {0x736f6d6570736575L, 0x646f72616e646f6dL, 0x6c7967656e657261L, 0x7465646279746573L};
    int whole = data.length / Long.BYTES * Long.BYTES;
    ByteBuffer words = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < whole; i += Long.BYTES) {
      absorb(v, words.getLong(i));
    }
    byte[] tail = Arrays.copyOfRange(data, whole, whole + Long.BYTES);
    tail[Long.BYTES - 1] = (byte) data.length;
    absorb(v, ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getLong());
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++) {
      round(v);
    }
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }

  private static void absorb(long[] v, long word) {
    v[3] ^= word;
    round(v);
    round(v);
    v[0] ^= word;
  }

  private static void round(long[] v) {
    v[0] += v[1];
    v[1] = Long.rotateLeft(v[1], 13) ^ v[0];
    v[0] = Long.rotateLeft(v[0], 32);
    v[2] += v[3];
    v[3] = Long.rotateLeft(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = Long.rotateLeft(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = Long.rotateLeft(v[1], 17) ^ v[2];
    v[2] = Long.rotateLeft(v[2], 32);
  }
}
