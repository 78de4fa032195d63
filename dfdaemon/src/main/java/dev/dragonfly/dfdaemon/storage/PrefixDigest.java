package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.task.ByteRange;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The digest of the whole content, computed behind the download: what is verified without a gap
 * from the start is hashed as it grows, so that little is left when the last byte arrives. Verified
 * bytes never change, so what was hashed stays right. Disk threads; guarded by its own monitor.
 */
final class PrefixDigest {
  /** Bytes hashed at a time: some 40 ms. */
  private static final long SLICE = 64L << 20;

  private final Digest.Algorithm algorithm;
  private final TaskContent content;
  private final MessageDigest digest;
  private long position;
  private @Nullable Digest whole;

  PrefixDigest(Digest.Algorithm algorithm, TaskContent content) {
    this.algorithm = algorithm;
    this.content = content;
    this.digest = algorithm.hasher();
  }

  Digest.Algorithm algorithm() {
    return algorithm;
  }

  /** Hashes a slice of what is verified; returns up to where all is hashed. */
  synchronized long advance(long verifiedUntil) throws IOException {
    if (whole == null && position < verifiedUntil) {
      hash(Math.min(SLICE, verifiedUntil - position));
    }
    return position;
  }

  /** Hashes what is left; the content must be verified up to its length. */
  synchronized Digest finish(long length) throws IOException {
    Optional<Digest> known = Optional.ofNullable(whole);
    if (known.isPresent()) {
      return known.get();
    }
    hash(length - position);
    whole = new Digest(algorithm, HexFormat.of().formatHex(digest.digest()));
    return whole;
  }

  private void hash(long length) throws IOException {
    content.scan(
        new ByteRange(position, length),
        chunk -> {
          position += chunk.remaining();
          digest.update(chunk);
        });
  }
}
