package dev.dragonfly.common.digest;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/** A digest of bytes that come one after the other, of any algorithm. One thread at a time. */
public final class RunningDigest {
  private final Digest.Algorithm algorithm;
  private final CRC32 crc = new CRC32();
  private final Optional<MessageDigest> hash;

  /**
   * @throws dev.dragonfly.common.error.DragonflyException INVALID_ARGUMENT when it cannot be
   *     computed here
   */
  public RunningDigest(Digest.Algorithm algorithm) {
    this.algorithm = algorithm;
    this.hash =
        algorithm == Digest.Algorithm.CRC32 ? Optional.empty() : Optional.of(algorithm.hasher());
  }

  /** Adds the bytes from position to limit; moves the position to the limit. */
  public void update(ByteBuffer bytes) {
    hash.ifPresentOrElse(digest -> digest.update(bytes), () -> crc.update(bytes));
  }

  /** The digest of all that was added; to be called once. */
  public Digest finish() {
    return hash.map(digest -> new Digest(algorithm, HexFormat.of().formatHex(digest.digest())))
        .orElseGet(() -> Digest.ofCrc32(crc.getValue()));
  }
}
