package dev.dragonfly.dfdaemon.backtosource;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.piece.PieceLayout;
import dev.dragonfly.common.piece.PieceStream;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.piece.Claims;
import dev.dragonfly.dfdaemon.storage.BlockLease;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** Cuts the bytes of a source into blocks and hands them on in order. */
final class SourceStream {
  private final StoredTask stored;
  private final SourceReading reading;
  private final BooleanSupplier stopped;
  private final AtomicLong blocks = new AtomicLong();

  SourceStream(StoredTask stored, SourceReading reading, BooleanSupplier stopped) {
    this.stored = stored;
    this.reading = reading;
    this.stopped = stopped;
  }

  /** Blocks read so far, by all readers of this download. */
  long blocksRead() {
    return blocks.get();
  }

  /** The first block of the pieces that is not in the store, or -1. */
  long firstMissing(PieceLayout layout, Claims.Segment segment) {
    for (int piece = segment.first(); piece < segment.end(); piece++) {
      for (long block = layout.firstBlock(piece); block < layout.endBlock(piece); block++) {
        if (!stored.hasBlock(block)) {
          return block;
        }
      }
      if (!stored.pieces().has(piece)) {
        return layout.endBlock(piece) - 1;
      }
    }
    return -1;
  }

  /**
   * Reads the bytes from {@code start} to {@code end}; {@code start} is the start of a block. A
   * part of a block at the end is read and dropped.
   */
  void read(PieceStream body, long start, long end, SourcePieces pieces) {
    PieceLayout layout = stored.layout().orElseThrow();
    long position = start;
    while (position < end) {
      position += readBlock(body, layout, position, end, pieces);
    }
    pieces.endOfStream();
  }

  private int readBlock(
      PieceStream body, PieceLayout layout, long position, long end, SourcePieces pieces) {
    checkNotStopped(pieces);
    long block = layout.blockAt(position);
    int length = (int) Math.min(layout.block(block).length(), end - position);
    awaitReadable(body, pieces);
    try (BlockLease lease = reading.buffers().borrow(length)) {
      int got = fill(body, lease.buffer().limit(length), pieces);
      if (got < length) {
        pieces.endOfStream();
        throw cut(position + got, end);
      }
      if (length == layout.block(block).length()) {
        put(pieces, block, lease);
      }
    }
    return length;
  }

  private void put(SourcePieces pieces, long block, BlockLease lease) {
    lease.buffer().flip();
    pieces.block(block, lease);
    blocks.incrementAndGet();
  }

  /**
   * Reads a body that is the whole content. Without a known length the content ends where the body
   * ends; a block is handed on when the next has begun, so that the last one is known as such.
   */
  void readWhole(PieceStream body, OptionalLong contentLength, SourcePieces pieces) {
    if (contentLength.isPresent()) {
      read(body, 0, contentLength.getAsLong(), pieces);
      return;
    }
    int length = stored.layout().orElseThrow().blockLength();
    long block = 0;
    ByteBuffer ahead = ByteBuffer.allocate(1);
    while (true) {
      checkNotStopped(pieces);
      awaitReadable(body, pieces);
      try (BlockLease lease = reading.buffers().borrow(length)) {
        // One byte is read ahead, so that one buffer is enough: two for each stream can starve.
        ahead.flip();
        lease.buffer().limit(length).put(ahead);
        int got = fill(body, lease.buffer(), pieces);
        boolean last = got < length || fill(body, ahead.clear(), pieces) == 0;
        if (last) {
          learnLength(blockStart(block) + got);
        }
        if (got > 0) {
          put(pieces, block, lease);
        }
        if (last) {
          return;
        }
      }
      block++;
    }
  }

  private long blockStart(long block) {
    PieceLayout layout = stored.layout().orElseThrow();
    int piece = layout.pieceOfBlock(block);
    return layout.piece(piece).start() + (block - layout.firstBlock(piece)) * layout.blockLength();
  }

  private void learnLength(long length) {
    TaskFacts read = TaskFacts.NONE.withContentLength(length);
    if (stored.learn(read, StoredTask.Teller.SOURCE) == StoredTask.Learnt.CONTRADICTED) {
      throw new DragonflyException(
          ErrorCode.SOURCE_CHANGED,
          "the source of task %s ended at byte %d (expected %s); ask for it again"
              .formatted(stored.id(), length, stored.facts().contentLength()));
    }
  }

  /** Waits without holding anything. */
  void pause(Duration time) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    reading.timers().after(time, () -> over.complete(null));
    over.join();
  }

  /** Nobody holds a buffer while he waits for a source to begin. */
  private static void awaitReadable(PieceStream body, SourcePieces pieces) {
    try {
      body.awaitReadable();
    } catch (DragonflyException broken) {
      pieces.endOfStream();
      throw broken;
    }
  }

  /** When the body breaks, the blocks before are signed: they are not read again. */
  private static int fill(PieceStream body, ByteBuffer buffer, SourcePieces pieces) {
    try {
      while (buffer.hasRemaining()) {
        if (body.read(buffer) < 0) {
          break;
        }
      }
    } catch (DragonflyException broken) {
      pieces.endOfStream();
      throw broken;
    }
    return buffer.position();
  }

  private void checkNotStopped(SourcePieces pieces) {
    if (stopped.getAsBoolean()) {
      pieces.endOfStream();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "reading the source of task " + stored.id() + " was stopped");
    }
  }

  private DragonflyException cut(long got, long end) {
    return new DragonflyException(
        ErrorCode.UNAVAILABLE,
        "the source of task %s ended at byte %d (expected %d)".formatted(stored.id(), got, end));
  }
}
