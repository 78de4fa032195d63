package dev.dragonfly.common.piece;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The known digests of a task's blocks: the first 16 bytes of SHA-256, in one growing array. Safe
 * for any thread.
 */
public final class BlockDigests {
  private static final int INITIAL_BLOCKS = 64;

  private final BitSet known = new BitSet();
  private byte[] table = new byte[INITIAL_BLOCKS * SignedRun.DIGEST_LENGTH];

  /** Digest of the bytes from position to limit; moves the position to the limit. */
  public static byte[] of(ByteBuffer data) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(data);
      return Arrays.copyOf(sha.digest(), SignedRun.DIGEST_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Takes the digests of a verified run; what is known already stays. */
  public synchronized void add(SignedRun run) {
    for (int i = 0; i < run.blockCount(); i++) {
      put(run.firstBlock() + i, run.digests(), i * SignedRun.DIGEST_LENGTH);
    }
  }

  /** Takes one digest; what is known already stays. */
  public synchronized void add(long block, byte[] digest) {
    put(block, digest, 0);
  }

  /** Takes the digest if none is known; whether the one that is known now is this. */
  public synchronized boolean agree(long block, byte[] digest) {
    put(block, digest, 0);
    return isKnownAs(block, digest);
  }

  private void put(long block, byte[] from, int offset) {
    int index = Math.toIntExact(block);
    if (known.get(index)) {
      return;
    }
    int end = Math.multiplyExact(index + 1, SignedRun.DIGEST_LENGTH);
    if (end > table.length) {
      table = Arrays.copyOf(table, Math.max(end, Math.multiplyExact(table.length, 2)));
    }
    System.arraycopy(from, offset, table, end - SignedRun.DIGEST_LENGTH, SignedRun.DIGEST_LENGTH);
    known.set(index);
  }

  /** Whether the digests of all blocks from {@code first} on are known. */
  public synchronized boolean covers(long first, int count) {
    int start = Math.toIntExact(first);
    return known.nextClearBit(start) >= start + count;
  }

  /** Whether the bytes are those of the block; false when its digest is not known. */
  public boolean matches(long block, ByteBuffer data) {
    byte[] actual = of(data.duplicate());
    return isKnownAs(block, actual);
  }

  private synchronized boolean isKnownAs(long block, byte[] digest) {
    int index = Math.toIntExact(block);
    int start = index * SignedRun.DIGEST_LENGTH;
    return known.get(index)
        && Arrays.equals(
            table, start, start + SignedRun.DIGEST_LENGTH, digest, 0, SignedRun.DIGEST_LENGTH);
  }
}
