package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Puts blocks into the content file. A marked block is never written again with other bytes: of two
 * writers with the same digest either may win, and an unsigned block, whose bytes nobody vouches
 * for yet, is written while no other action runs. Safe for any thread; blocks.
 */
final class BlockWriter {
  private static final String TRIED = "writing a block";

  private final TaskId id;
  private final TaskFiles files;
  private final Marks marks;

  BlockWriter(TaskId id, TaskFiles files, Marks marks) {
    this.id = id;
    this.files = files;
    this.marks = marks;
  }

  /** See {@link StoredTask#putVerified}. */
  void putVerified(PieceLayout layout, long block, ByteBuffer data) {
    long start = start(layout, block, data);
    files.shared(
        TRIED,
        () -> {
          if (marks.hasBlock(block)) {
            return;
          }
          if (!marks.digests.matches(block, data)) {
            throw new DragonflyException(
                ErrorCode.DIGEST_MISMATCH,
                "block %d of task %s does not match its signed digest; its sender is not to be believed"
                    .formatted(block, id));
          }
          files.content().write(data, start);
          marks.markBlock(block);
        });
  }

  /** See {@link StoredTask#putFromSource}. */
  byte[] putFromSource(PieceLayout layout, long block, ByteBuffer data) {
    long start = start(layout, block, data);
    return files.shared(
        TRIED,
        () -> {
          byte[] digest = BlockDigests.of(data.duplicate());
          boolean there = marks.hasBlock(block);
          if (there && !Arrays.equals(digest, stored(start, data.remaining()))
              || !marks.digests.agree(block, digest)) {
            throw new DragonflyException(
                ErrorCode.SOURCE_CHANGED,
                "block %d of task %s was read from the source before and differs now; ask for the task again"
                    .formatted(block, id));
          }
          if (!there) {
            files.content().write(data, start);
            marks.markBlock(block);
          }
          return digest;
        });
  }

  private byte[] stored(long start, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    files.content().read(start, bytes, length);
    return BlockDigests.of(bytes.flip());
  }

  /** See {@link StoredTask#putUnsigned}. */
  void putUnsigned(PieceLayout layout, long block, ByteBuffer data) {
    long start = start(layout, block, data);
    files.alone(
        TRIED,
        () -> {
          if (!marks.hasBlock(block)) {
            files.content().write(data, start);
            marks.stageBlock(block);
          }
        });
  }

  /** Where the block lies; while the content length is unknown only whole blocks can be put. */
  private long start(PieceLayout layout, long block, ByteBuffer data) {
    ByteRange range = layout.block(block);
    if (data.remaining() != range.length()) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "block %d of task %s has %d bytes (expected %d)"
              .formatted(block, id, data.remaining(), range.length()));
    }
    return range.start();
  }
}
