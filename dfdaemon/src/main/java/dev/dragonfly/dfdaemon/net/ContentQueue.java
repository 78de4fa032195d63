package dev.dragonfly.dfdaemon.net;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Buffers on their way from an event loop to the thread that reads the piece. When it is full the
 * event loop stops reading the socket until the reader has taken half of it. One lock guards all.
 */
public final class ContentQueue {
  /** Bytes; what one read of the socket brings may come on top. */
  private static final int LIMIT = 1 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ByteBuf> buffers = new ArrayDeque<>();
  private int bytes;
  private boolean paused;
  private boolean closed;
  private boolean ended;
  private @Nullable DragonflyException failure;

  /** Takes the buffer over; released at once when nobody reads any more. Event loop. */
  public void put(ByteBuf buffer) {
    lock.lock();
    try {
      if (closed) {
        buffer.release();
        return;
      }
      buffers.add(buffer);
      bytes += buffer.readableBytes();
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Everything has been put. */
  public void end() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** What was put can still be taken, then the reader gets the failure. */
  public void fail(DragonflyException why) {
    lock.lock();
    try {
      if (!ended && failure == null) {
        failure = why;
        changed.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Whether the event loop shall read on; if not, a later {@link #take} will say so. */
  public boolean wantsMore() {
    lock.lock();
    try {
      paused = bytes >= LIMIT;
      return !paused && !closed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next buffer, which the caller releases, or empty at the end.
   *
   * @param resume run when the event loop should read on
   * @throws TimeoutException when nothing came within the wait
   * @throws DragonflyException the failure that was put
   */
  public Optional<ByteBuf> take(Duration wait, Runnable resume)
      throws InterruptedException, TimeoutException {
    ByteBuf buffer;
    boolean wake;
    lock.lockInterruptibly();
    try {
      long left = wait.toNanos();
      while (buffers.isEmpty() && !ended && failure == null && !closed) {
        if (left <= 0) {
          throw new TimeoutException();
        }
        left = changed.awaitNanos(left);
      }
      buffer = buffers.poll();
      if (buffer == null) {
        if (closed) {
          throw new DragonflyException(ErrorCode.CANCELLED, "the piece was given up");
        }
        if (failure != null) {
          throw failure;
        }
        return Optional.empty();
      }
      bytes -= buffer.readableBytes();
      wake = paused && bytes <= LIMIT / 2;
      if (wake) {
        paused = false;
      }
    } finally {
      lock.unlock();
    }
    if (wake) {
      resume.run();
    }
    return Optional.of(buffer);
  }

  /** Nobody will take any more. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      buffers.forEach(ByteBuf::release);
      buffers.clear();
      bytes = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
