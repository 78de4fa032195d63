package dev.dragonfly.common.task;

import dev.dragonfly.common.digest.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which state of its source a content is: two readers that saw different states must never have
 * their bytes mixed, so it is part of what a digest run signs. Made of the validators of the answer
 * (RFC 9110 section 8.8) and its length; a task that is named by the digest of its content has only
 * one state, {@link #NONE}, whatever its source says.
 *
 * @param value 32 hexadecimal digits, or empty for {@link #NONE}
 */
public record SourceVersion(String value) {
  /** Of content that cannot change, or whose source tells nothing. */
  public static final SourceVersion NONE = new SourceVersion("");

  private static final int LENGTH = 32;

  public SourceVersion {
    boolean hex = value.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
    if (!hex || !value.isEmpty() && value.length() != LENGTH) {
      throw new IllegalArgumentException(
          "a source version has 32 hexadecimal digits or none: '" + value + "'");
    }
  }

  /**
   * The version that an answer of a source shows.
   *
   * @param entityTag its ETag, weak ones too: a source that changed its content changes it
   * @param lastModified its Last-Modified, as sent
   * @param length bytes of the whole content, where the source tells it
   */
  public static SourceVersion of(
      Optional<String> entityTag, Optional<String> lastModified, OptionalLong length) {
    String text = entityTag.orElse("") + "\n" + lastModified.orElse("") + "\n" + length.orElse(-1);
    byte[] sha = Digest.Algorithm.SHA256.hasher().digest(text.getBytes(StandardCharsets.UTF_8));
    return new SourceVersion(HexFormat.of().formatHex(sha, 0, LENGTH / 2));
  }
}
