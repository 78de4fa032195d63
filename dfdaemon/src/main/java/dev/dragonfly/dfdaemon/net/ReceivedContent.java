package dev.dragonfly.dfdaemon.net;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.piece.PieceStream;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The reading end of a piece that is being received. One reader; may be closed from any thread. The
 * monitor guards the buffer that is being read.
 */
public final class ReceivedContent implements PieceStream {
  private final Channel channel;
  private final ContentQueue queue;
  private final Bandwidth limit;
  private final Duration noProgress;
  private final String what;
  private final Runnable end;
  private @Nullable ByteBuf current;
  private boolean closed;

  public ReceivedContent(
      Channel channel, ContentQueue queue, Bandwidth limit, Duration noProgress, String what) {
    this(channel, queue, limit, noProgress, what, channel::close);
  }

  /**
   * @param end what becomes of the connection when this is closed; run once
   */
  public ReceivedContent(
      Channel channel,
      ContentQueue queue,
      Bandwidth limit,
      Duration noProgress,
      String what,
      Runnable end) {
    this.channel = channel;
    this.queue = queue;
    this.limit = limit;
    this.noProgress = noProgress;
    this.what = what;
    this.end = end;
  }

  @Override
  public int read(ByteBuffer target) {
    if (!target.hasRemaining()) {
      return 0;
    }
    awaitReadable();
    if (!hasCurrent() && !isClosed()) {
      return -1;
    }
    int length = copy(target);
    limit.acquire(length);
    return length;
  }

  @Override
  public void awaitReadable() {
    if (!hasCurrent()) {
      next().ifPresent(this::keep);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      release();
    }
    queue.close();
    end.run();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized boolean hasCurrent() {
    return current != null;
  }

  private synchronized void keep(ByteBuf buffer) {
    if (closed) {
      buffer.release();
      return;
    }
    current = buffer;
  }

  private synchronized int copy(ByteBuffer target) {
    if (current == null) {
      throw new DragonflyException(ErrorCode.CANCELLED, what + ": given up");
    }
    int length = Math.min(target.remaining(), current.readableBytes());
    int end = target.limit();
    current.readBytes(target.limit(target.position() + length));
    target.limit(end);
    if (!current.isReadable()) {
      release();
    }
    return length;
  }

  private synchronized void release() {
    if (current != null) {
      current.release();
      current = null;
    }
  }

  private Optional<ByteBuf> next() {
    try {
      return queue.take(noProgress, channel::read);
    } catch (TimeoutException e) {
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED, what + ": no byte came within " + noProgress, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, what + ": interrupted", e);
    }
  }
}
