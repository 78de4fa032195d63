package dev.dragonfly.common.piece;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Raw Ed25519 public keys (RFC 8032, 32 bytes) and the keys of the JDK (RFC 8410). */
final class Ed25519 {
  static final String ALGORITHM = "Ed25519";
  static final int RAW_LENGTH = 32;
  private static final byte[] SPKI_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private Ed25519() {}

  static byte[] raw(EdECPublicKey key) {
    byte[] spki = key.getEncoded();
    byte[] raw = new byte[RAW_LENGTH];
    System.arraycopy(spki, spki.length - RAW_LENGTH, raw, 0, RAW_LENGTH);
    return raw;
  }

  static PublicKey publicKey(byte[] raw) throws GeneralSecurityException {
    byte[] spki = new byte[SPKI_PREFIX.length + RAW_LENGTH];
    System.arraycopy(SPKI_PREFIX, 0, spki, 0, SPKI_PREFIX.length);
    System.arraycopy(raw, 0, spki, SPKI_PREFIX.length, RAW_LENGTH);
    return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(spki));
  }
}
