package dev.dragonfly.dfdaemon.holdings;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.client.Holding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A number that changes when what is held changes, whatever the order: the sum of the first eight
 * bytes of a SHA-256 of each holding. Used by one thread.
 */
final class Fingerprint {
  private final MessageDigest sha256 = Digest.Algorithm.SHA256.hasher();
  private long sum = 1; // nothing held differs from a field that was not set

  /** Adds the hash of a holding. */
  void add(long hash) {
    sum += hash;
  }

  /** The hash of one holding. */
  long hash(Holding holding) {
    TaskFacts facts = holding.facts();
    text(holding.task().value());
    text(holding.peer().value());
    text(facts.contentLength() + "/" + facts.pieceLength() + "/" + facts.digest());
    for (ReaderKey key : facts.readerKeys()) {
      text(key.hostId() + "=" + key.publicKeyHex());
    }
    sha256.update((byte) (holding.finished() ? 1 : 0));
    sha256.update((byte) (holding.readSource() ? 1 : 0));
    return ByteBuffer.wrap(sha256.digest(holding.pieces().toBytes())).getLong();
  }

  long value() {
    return sum;
  }

  /** With its length before it, so that no two lists of texts read the same. */
  private void text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    sha256.update(bytes);
  }
}
