package dev.dragonfly.common.piece;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Signatures of RFC 8032. A check takes an eighth of what the JDK's takes, and cold less still: a
 * daemon checks some of its first ones before the compilers have seen them, docs/adr/0050.
 */
final class Ed25519 {
  static final int PUBLIC_LENGTH = 32;
  static final int SIGNATURE_LENGTH = 64;
  private static final int SEED_LENGTH = 32;

  /** What PKCS #8 (RFC 8410) has before the 32 bytes of a private key. */
  private static final byte[] PKCS8 = HexFormat.of().parseHex("302e020100300506032b657004220420");

  private Ed25519() {}

  /** A private key, 32 bytes. */
  static byte[] newSeed() {
    byte[] seed = new byte[SEED_LENGTH];
    new SecureRandom().nextBytes(seed);
    return seed;
  }

  static byte[] publicKey(byte[] seed) {
    byte[] key = new byte[PUBLIC_LENGTH];
    org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, key, 0);
    return key;
  }

  static byte[] sign(byte[] seed, byte[] publicKey, byte[] text) {
    byte[] signature = new byte[SIGNATURE_LENGTH];
    org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
        seed, 0, publicKey, 0, null, text, 0, text.length, signature, 0);
    return signature;
  }

  /** Whether the holder of the key signed the text; keys and signatures of any form are none. */
  static boolean verify(byte[] publicKey, byte[] text, byte[] signature) {
    return publicKey.length == PUBLIC_LENGTH
        && signature.length == SIGNATURE_LENGTH
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
            signature, 0, publicKey, 0, text, 0, text.length);
  }

  static byte[] toPkcs8(byte[] seed) {
    byte[] encoded = Arrays.copyOf(PKCS8, PKCS8.length + SEED_LENGTH);
    System.arraycopy(seed, 0, encoded, PKCS8.length, SEED_LENGTH);
    return encoded;
  }

  /**
   * The private key.
   *
   * @throws IllegalArgumentException when this is no Ed25519 key in PKCS #8
   */
  static byte[] fromPkcs8(byte[] encoded) {
    if (encoded.length != PKCS8.length + SEED_LENGTH
        || !Arrays.equals(encoded, 0, PKCS8.length, PKCS8, 0, PKCS8.length)) {
      throw new IllegalArgumentException("no Ed25519 key in PKCS #8");
    }
    return Arrays.copyOfRange(encoded, PKCS8.length, encoded.length);
  }
}
