package dev.dragonfly.common.piece;

import dev.dragonfly.common.task.SourceOrigin;
import dev.dragonfly.common.task.SourceVersion;
import dev.dragonfly.common.task.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;

/** The bytes that a signature of a digest run covers. */
final class RunText {
  private static final byte[] DOMAIN =
      "dragonfly digest run v2\n".getBytes(StandardCharsets.US_ASCII);

  private RunText() {}

  static byte[] of(
      TaskId task,
      SourceVersion version,
      SourceOrigin origin,
      int blockLength,
      long firstBlock,
      byte[] digests,
      OptionalLong contentLength) {
    byte[] id = task.value().getBytes(StandardCharsets.US_ASCII);
    byte[] state = version.value().getBytes(StandardCharsets.US_ASCII);
    byte[] from = origin.value().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(
            DOMAIN.length
                + Integer.BYTES
                + id.length
                + Integer.BYTES
                + state.length
                + Integer.BYTES
                + from.length
                + Integer.BYTES
                + 3 * Long.BYTES
                + digests.length)
        .put(DOMAIN)
        .putInt(id.length)
        .put(id)
        .putInt(state.length)
        .put(state)
        .putInt(from.length)
        .put(from)
        .putInt(blockLength)
        .putLong(firstBlock)
        .putLong(digests.length / SignedRun.DIGEST_LENGTH)
        .putLong(contentLength.orElse(-1))
        .put(digests)
        .array();
  }
}
