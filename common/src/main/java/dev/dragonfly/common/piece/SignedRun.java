package dev.dragonfly.common.piece;

import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Digests of consecutive blocks, signed by the peer that read them from the source. 16 bytes (the
 * first half of SHA-256) per block.
 *
 * @param version the state of the source that was read
 * @param origin from where it was read
 * @param blockLength bytes of a block (the last of the task may be shorter)
 * @param firstBlock number of the first block, from 0
 * @param digests 16 bytes for each block, concatenated
 * @param contentLength present in the run that ends the task: binds the length of the content
 * @param publicKey Ed25519 public key of the signer, 32 bytes
 * @param signature Ed25519 signature, 64 bytes, see {@code RunSigner} for what is signed
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of the wire; compared by isSame
public record SignedRun(
    SourceVersion version,
    SourceOrigin origin,
    int blockLength,
    long firstBlock,
    byte[] digests,
    OptionalLong contentLength,
    byte[] publicKey,
    byte[] signature) {
  /** Bytes kept of a block's SHA-256. */
  public static final int DIGEST_LENGTH = 16;

  public SignedRun {
    if (blockLength <= 0 || firstBlock < 0 || digests.length % DIGEST_LENGTH != 0) {
      throw new IllegalArgumentException(
          "not a digest run: block length %d, first block %d, %d bytes of digests"
              .formatted(blockLength, firstBlock, digests.length));
    }
    if (contentLength.isPresent() && contentLength.getAsLong() < 0) {
      // -1 is signed like an absent length
      throw new IllegalArgumentException(
          "not a digest run: negative content length " + contentLength.getAsLong());
    }
  }

  /** Whether the other says the very same, with the same signature. */
  public boolean isSame(SignedRun other) {
    return firstBlock == other.firstBlock
        && blockLength == other.blockLength
        && contentLength.equals(other.contentLength)
        && version.equals(other.version)
        && origin.equals(other.origin)
        && Arrays.equals(digests, other.digests)
        && Arrays.equals(publicKey, other.publicKey)
        && Arrays.equals(signature, other.signature);
  }

  /** Number of blocks that the run covers. */
  public int blockCount() {
    return digests.length / DIGEST_LENGTH;
  }

  /** The digest of the run's n-th block, from 0. */
  public byte[] digest(int index) {
    int at = index * DIGEST_LENGTH;
    return Arrays.copyOfRange(digests, at, at + DIGEST_LENGTH);
  }

  /** The first block after the run. */
  public long endBlock() {
    return firstBlock + blockCount();
  }
}
