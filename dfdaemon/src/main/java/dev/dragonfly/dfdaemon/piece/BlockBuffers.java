package dev.dragonfly.dfdaemon.piece;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Direct buffers of one block each, shared by all downloads of the daemon: the number bounds the
 * memory that downloads hold. Borrowing waits its turn; called on virtual threads.
 */
public final class BlockBuffers {
  private static final long MAX_WAIT_SECONDS = 60;

  private final int capacity;
  private final Semaphore permits;
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

  /**
   * @param count buffers at most
   * @param capacity bytes of each, at least the largest block
   */
  public BlockBuffers(int count, int capacity) {
    this.capacity = capacity;
    this.permits = new Semaphore(count, true);
  }

  /**
   * A cleared buffer; give it back with {@link #giveBack}.
   *
   * @throws DragonflyException RESOURCE_EXHAUSTED when none came free for a minute
   */
  public ByteBuffer borrow() {
    try {
      if (!permits.tryAcquire(MAX_WAIT_SECONDS, TimeUnit.SECONDS)) {
        throw new DragonflyException(
            ErrorCode.RESOURCE_EXHAUSTED,
            "no block buffer came free within a minute; raise download.buffers");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "interrupted while waiting for a buffer", e);
    }
    synchronized (free) {
      ByteBuffer buffer = free.poll();
      return buffer == null ? ByteBuffer.allocateDirect(capacity) : buffer.clear();
    }
  }

  /** Returns a borrowed buffer, once. */
  public void giveBack(ByteBuffer buffer) {
    synchronized (free) {
      free.push(buffer);
    }
    permits.release();
  }
}
