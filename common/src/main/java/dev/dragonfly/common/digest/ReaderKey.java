package dev.dragonfly.common.digest;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The public key with which a source reader signs digest runs.
 *
 * @param hostId host that announced the key
 * @param publicKeyHex Ed25519 public key (RFC 8032), raw 32 bytes as 64 hex characters
 */
public record ReaderKey(String hostId, String publicKeyHex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ReaderKey {
    if (!FORM.matcher(publicKeyHex).matches()) {
      throw new IllegalArgumentException(
          "reader key of host %s must be 32 bytes as 64 lower-case hex characters, got %d characters"
              .formatted(hostId, publicKeyHex.length()));
    }
  }

  /** From the raw 32 bytes of the wire. */
  public static ReaderKey of(String hostId, byte[] raw) {
    return new ReaderKey(hostId, HexFormat.of().formatHex(raw));
  }

  /** The raw 32 bytes. */
  public byte[] raw() {
    return HexFormat.of().parseHex(publicKeyHex);
  }
}
