package dev.dragonfly.common.digest;

import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The public key with which a source reader signs digest runs.
 *
 * @param hostId host that announced the key
 * @param publicKeyHex Ed25519 public key (RFC 8032), raw 32 bytes as 64 hex characters
 * @param trusted whether bytes that it signed may be given to a reader before the whole was
 *     compared with its digest: the host is a seed that the manager or the configuration lists, or
 *     this host
 */
public record ReaderKey(String hostId, String publicKeyHex, boolean trusted) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ReaderKey {
    if (!FORM.matcher(publicKeyHex).matches()) {
      throw new IllegalArgumentException(
          "reader key of host %s must be 32 bytes as 64 lower-case hex characters, got %d characters"
              .formatted(hostId, publicKeyHex.length()));
    }
  }

  /** The key of a host that is not trusted more than any other. */
  public ReaderKey(String hostId, String publicKeyHex) {
    this(hostId, publicKeyHex, false);
  }

  /** The same key of a host that is trusted. */
  public ReaderKey asTrusted() {
    return new ReaderKey(hostId, publicKeyHex, true);
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
