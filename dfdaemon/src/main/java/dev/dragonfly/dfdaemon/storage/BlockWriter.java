package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.BlockDigests;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32;

/**
 * Puts blocks into the content file. A marked block is never written again. The lease of a block
 * goes with its action and ends with it, whatever becomes of the caller. Never waits; safe for any
 * thread.
 */
final class BlockWriter {
  private final TaskId id;
  private final TaskFiles files;
  private final BlockMap blocks;
  private final PieceTurns turns;

  BlockWriter(TaskId id, TaskFiles files, BlockMap blocks, PieceTurns turns) {
    this.id = id;
    this.files = files;
    this.blocks = blocks;
    this.turns = turns;
  }

  /** See {@link StoredTask#putVerified}. */
  CompletableFuture<Boolean> putVerified(PieceLayout layout, long block, BlockLease data) {
    long start = start(layout, block, data);
    return put(
        layout,
        block,
        data,
        () -> {
          if (blocks.hasBlock(block)) {
            return false;
          }
          if (!blocks.digests().matches(block, data.buffer())) {
            throw new DragonflyException(
                ErrorCode.DIGEST_MISMATCH,
                "block %d of task %s does not match its signed digest; its sender is not to be believed"
                    .formatted(block, id));
          }
          int crc = crc(data);
          files.content().write(data.buffer(), start);
          blocks.markBlock(block, crc);
          return true;
        });
  }

  /** What a block from the source has become. */
  @SuppressWarnings("ArrayRecordComponent") // handed on once; compared nowhere
  record FromSource(byte[] digest, boolean fresh) {}

  /** See {@link StoredTask#putFromSource}. */
  CompletableFuture<FromSource> putFromSource(PieceLayout layout, long block, BlockLease data) {
    long start = start(layout, block, data);
    return put(
        layout,
        block,
        data,
        () -> {
          byte[] digest = BlockDigests.of(data.buffer().duplicate());
          boolean there = blocks.hasBlock(block);
          if (there && !Arrays.equals(digest, files.content().blockDigest(layout.block(block)))
              || !blocks.digests().agree(block, digest)) {
            throw new DragonflyException(
                ErrorCode.SOURCE_CHANGED,
                "block %d of task %s was read from the source before and differs now; ask for the task again"
                    .formatted(block, id));
          }
          if (!there) {
            int crc = crc(data);
            files.content().write(data.buffer(), start);
            blocks.markBlock(block, crc);
          }
          return new FromSource(digest, !there);
        });
  }

  /** See {@link StoredTask#putUnsigned}. */
  CompletableFuture<Boolean> putUnsigned(PieceLayout layout, long block, BlockLease data) {
    long start = start(layout, block, data);
    return put(
        layout,
        block,
        data,
        () -> {
          if (!blocks.hasBlock(block)) {
            files.content().write(data.buffer(), start);
            blocks.stageBlock(block);
          }
          return false;
        });
  }

  /** While the bytes are in the cache: to finish the piece nothing need be read again. */
  private static int crc(BlockLease data) {
    CRC32 crc = new CRC32();
    crc.update(data.buffer().duplicate());
    return (int) crc.getValue();
  }

  private <T> CompletableFuture<T> put(
      PieceLayout layout, long block, BlockLease data, TaskFiles.Action<T> action) {
    return turns
        .next(
            layout.pieceLength(),
            layout.pieceOfBlock(block),
            () -> files.submit("writing a block", data, action))
        // Also where no turn was given; the action has ended in any case.
        .whenComplete((done, failure) -> data.close());
  }

  /** Where the block lies; while the content length is unknown only whole blocks can be put. */
  private long start(PieceLayout layout, long block, BlockLease data) {
    ByteRange range = layout.block(block);
    int length = data.buffer().remaining();
    if (length != range.length()) {
      data.close();
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "block %d of task %s has %d bytes (expected %d)"
              .formatted(block, id, length, range.length()));
    }
    return range.start();
  }
}
