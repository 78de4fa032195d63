package dev.dragonfly.dfdaemon.storage;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Direct buffers of one block each, shared by all downloads of the daemon: the number bounds the
 * memory that downloads hold. Borrowing waits its turn; for virtual threads.
 */
public final class BlockBuffers {
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

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
   * A cleared buffer. Borrow one when the bytes are about to come, and one at a time: who waits for
   * a second one while he holds the first may wait for himself.
   *
   * @throws DragonflyException RESOURCE_EXHAUSTED when none came free for a minute: a shortage of
   *     this host, nobody else's fault
   */
  public BlockLease borrow() {
    return tryBorrow(MAX_WAIT)
        .orElseThrow(() ->
            new DragonflyException(
                ErrorCode.RESOURCE_EXHAUSTED,
                "no block buffer came free within " + MAX_WAIT + "; raise download.buffers"));
  }

  /** A cleared buffer, or empty when none comes free within the time; zero does not wait. */
  public Optional<BlockLease> tryBorrow(Duration wait) {
    try {
      if (!permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
        return Optional.empty();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(
          ErrorCode.CANCELLED, "interrupted while waiting for a buffer", e);
    }
    return Optional.of(new BlockLease(take(), this::giveBack));
  }

  /** How many can be borrowed now. */
  public int available() {
    return permits.availablePermits();
  }

  private ByteBuffer take() {
    synchronized (free) {
      ByteBuffer buffer = free.poll();
      return buffer == null ? ByteBuffer.allocateDirect(capacity) : buffer.clear();
    }
  }

  private void giveBack(ByteBuffer buffer) {
    synchronized (free) {
      free.push(buffer);
    }
    permits.release();
  }
}
