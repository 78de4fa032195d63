package dev.dragonfly.common.digest;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A digest as text {@code algorithm:encoded}. CRC-32 is written as a decimal number (see
 * docs/compatibility.md), the others as lower-case hex.
 *
 * @param algorithm how it is computed
 * @param encoded the value as text
 */
public record Digest(Algorithm algorithm, String encoded) {
  /** The algorithms that occur; only some of them can be computed here. */
  public enum Algorithm {
    CRC32("crc32", "[0-9a-f]{1,10}", ""),
    MD5("md5", "[0-9a-f]{32}", "MD5"),
    SHA1("sha1", "[0-9a-f]{40}", "SHA-1"),
    SHA256("sha256", "[0-9a-f]{64}", "SHA-256"),
    SHA512("sha512", "[0-9a-f]{128}", "SHA-512"),
    BLAKE3("blake3", "[0-9a-f]{64}", "");

    private final String label;
    private final Pattern form;
    private final String platformName;

    Algorithm(String label, String form, String platformName) {
      this.label = label;
      this.form = Pattern.compile(form);
      this.platformName = platformName;
    }

    /**
     * A new computation.
     *
     * @throws DragonflyException INVALID_ARGUMENT for CRC-32 and BLAKE3, which this platform cannot
     *     compute with a {@link MessageDigest}
     */
    public MessageDigest hasher() {
      if (platformName.isEmpty()) {
        throw new DragonflyException(
            ErrorCode.INVALID_ARGUMENT,
            label + " digests cannot be checked here; give sha256, sha512, sha1 or md5");
      }
      try {
        return MessageDigest.getInstance(platformName);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java platform has " + platformName, e);
      }
    }
  }

  public Digest {
    if (!algorithm.form.matcher(encoded).matches()) {
      throw new IllegalArgumentException(
          "not a "
              + algorithm.label
              + " digest: "
              + encoded
              + " (expected "
              + algorithm.form
              + ")");
    }
  }

  /**
   * Reads {@code algorithm:encoded}.
   *
   * @throws IllegalArgumentException when the text is not a digest; the message says why
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "not a digest: '" + text + "' (expected algorithm:value, for example sha256:...)");
    }
    String name = text.substring(0, colon).toLowerCase(Locale.ROOT);
    for (Algorithm algorithm : Algorithm.values()) {
      if (algorithm.label.equals(name)) {
        return new Digest(algorithm, text.substring(colon + 1).toLowerCase(Locale.ROOT));
      }
    }
    throw new IllegalArgumentException("unknown digest algorithm '" + name + "' in '" + text + "'");
  }

  /** CRC-32 of a piece from the value of {@link java.util.zip.CRC32}. */
  public static Digest ofCrc32(long value) {
    return new Digest(Algorithm.CRC32, Long.toString(value));
  }

  @Override
  public String toString() {
    return algorithm.label + ":" + encoded;
  }
}
