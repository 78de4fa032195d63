package dev.dragonfly.common.piece;

import dev.dragonfly.common.digest.Digest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * The known digests of a task's blocks: the first 16 bytes of SHA-256. They are kept in chunks of 1
 * KiB, so that a run far out takes no more memory than one at the beginning. Safe for any thread.
 */
public final class BlockDigests {
  private static final int CHUNK = 64;

  private final Map<Long, Chunk> chunks = new HashMap<>();

  /** Digest of the bytes from position to limit; moves the position to the limit. */
  public static byte[] of(ByteBuffer data) {
    MessageDigest sha = Digest.Algorithm.SHA256.hasher();
    sha.update(data);
    return Arrays.copyOf(sha.digest(), SignedRun.DIGEST_LENGTH);
  }

  /** Takes the digests of a verified run; what is known already stays. */
  public synchronized void add(SignedRun run) {
    for (int i = 0; i < run.blockCount(); i++) {
      put(run.firstBlock() + i, run.digests(), i * SignedRun.DIGEST_LENGTH);
    }
  }

  /** Whether the run has another digest for a block than the one that is known. */
  public synchronized boolean isContradictedBy(SignedRun run) {
    for (int i = 0; i < run.blockCount(); i++) {
      long block = run.firstBlock() + i;
      if (covers(block, 1) && !isKnownAs(block, run.digest(i))) {
        return true;
      }
    }
    return false;
  }

  /** Takes the digest if none is known; whether the one that is known now is this. */
  public synchronized boolean agree(long block, byte[] digest) {
    put(block, digest, 0);
    return isKnownAs(block, digest);
  }

  private void put(long block, byte[] from, int offset) {
    Chunk chunk = chunks.computeIfAbsent(block / CHUNK, number -> new Chunk());
    int index = (int) (block % CHUNK);
    if (!chunk.known.get(index)) {
      System.arraycopy(
          from, offset, chunk.table, index * SignedRun.DIGEST_LENGTH, SignedRun.DIGEST_LENGTH);
      chunk.known.set(index);
    }
  }

  /** Whether the digests of all blocks from {@code first} on are known. */
  public synchronized boolean covers(long first, int count) {
    for (long block = first; block < first + count; block++) {
      Chunk chunk = chunks.get(block / CHUNK);
      if (chunk == null || !chunk.known.get((int) (block % CHUNK))) {
        return false;
      }
    }
    return true;
  }

  /** Whether the bytes are those of the block; false when its digest is not known. */
  public boolean matches(long block, ByteBuffer data) {
    byte[] actual = of(data.duplicate());
    return isKnownAs(block, actual);
  }

  private synchronized boolean isKnownAs(long block, byte[] digest) {
    Chunk chunk = chunks.get(block / CHUNK);
    int index = (int) (block % CHUNK);
    int start = index * SignedRun.DIGEST_LENGTH;
    return chunk != null
        && chunk.known.get(index)
        && Arrays.equals(
            chunk.table,
            start,
            start + SignedRun.DIGEST_LENGTH,
            digest,
            0,
            SignedRun.DIGEST_LENGTH);
  }

  /** The digests of {@code CHUNK} consecutive blocks. */
  private static final class Chunk {
    final BitSet known = new BitSet(CHUNK);
    final byte[] table = new byte[CHUNK * SignedRun.DIGEST_LENGTH];
  }
}
