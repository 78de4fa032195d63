package dev.dragonfly.dfdaemon.host;

import dev.dragonfly.common.digest.ReaderKey;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.client.Holding;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * A number that changes when what is held changes, whatever the order: the sum of the first eight
 * bytes of a SHA-256 of each holding.
 */
final class Fingerprint {

  private Fingerprint() {}

  static long of(List<Holding> held) {
    MessageDigest sha256 = sha256();
    long sum = held.size();
    for (Holding holding : held) {
      sum += of(holding, sha256);
    }
    return sum;
  }

  private static long of(Holding holding, MessageDigest sha256) {
    TaskFacts facts = holding.facts();
    text(sha256, holding.task().value());
    text(sha256, holding.peer().value());
    text(sha256, facts.contentLength() + "/" + facts.pieceLength() + "/" + facts.digest());
    for (ReaderKey key : facts.readerKeys()) {
      text(sha256, key.hostId() + "=" + key.publicKeyHex());
    }
    sha256.update((byte) (holding.finished() ? 1 : 0));
    return ByteBuffer.wrap(sha256.digest(holding.pieces().toBytes())).getLong();
  }

  /** With its length before it, so that no two lists of texts read the same. */
  private static void text(MessageDigest sha256, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
    sha256.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
