package dev.dragonfly.common.digest;

/**
 * The CRC-32 of consecutive parts from those of the parts, without their bytes: a CRC is the
 * remainder of a polynomial over GF(2), and bytes behind it only multiply it by a power of x (ISO
 * 3309; bits are reflected, so that x^0 is the highest). Not safe for several threads.
 */
public final class JoinedCrc32 {
  private static final int POLYNOMIAL = 0xEDB88320;
  private static final int ONE = 1 << 31;
  private static final int X = 1 << 30;

  private int value;
  private long lastLength = -1;
  private int lastShift;

  /**
   * Adds the next part.
   *
   * @param crc what {@link java.util.zip.CRC32} says of it
   * @param length its bytes
   */
  public void add(int crc, long length) {
    if (length != lastLength) { // parts are of one length, but for the last
      lastShift = powerOfX(Byte.SIZE * length);
      lastLength = length;
    }
    value = product(lastShift, value) ^ crc;
  }

  /** The CRC-32 of all parts so far; that of nothing is 0. */
  public Digest digest() {
    return Digest.ofCrc32(Integer.toUnsignedLong(value));
  }

  private static int powerOfX(long exponent) {
    int power = ONE;
    int square = X;
    for (long left = exponent; left > 0; left >>= 1) {
      if ((left & 1) == 1) {
        power = product(square, power);
      }
      square = product(square, square);
    }
    return power;
  }

  private static int product(int a, int b) {
    int sum = 0;
    int shifted = b;
    for (int bits = a; bits != 0; bits <<= 1) {
      if (bits < 0) {
        sum ^= shifted;
      }
      shifted = shifted >>> 1 ^ ((shifted & 1) == 1 ? POLYNOMIAL : 0);
    }
    return sum;
  }
}
