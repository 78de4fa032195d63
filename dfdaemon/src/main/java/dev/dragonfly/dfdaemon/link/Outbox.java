package dev.dragonfly.dfdaemon.link;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Control frames on their way out, in the order in which they were said: any thread adds, the event
 * loop writes all that came since its last turn and flushes once. A host that does not read what it
 * is told loses its link before it costs more memory than the limit.
 */
final class Outbox {
  private final Channel channel;
  private final long limit;
  private final Runnable overflow;
  private final Queue<ByteBuf> frames = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicLong waiting = new AtomicLong();

  /**
   * @param overflow run, on any thread, when more than the limit waits
   */
  Outbox(Channel channel, long limit, Runnable overflow) {
    this.channel = channel;
    this.limit = limit;
    this.overflow = overflow;
  }

  /**
   * Counts a frame that is kept elsewhere until it may be said.
   *
   * @return false when it is dropped, with the link: who speaks faster than the loop closes it must
   *     not fill the memory meanwhile
   */
  boolean count(ByteBuf frame) {
    if (waiting.addAndGet(frame.readableBytes()) <= limit) {
      return true;
    }
    discard(frame);
    overflow.run();
    return false;
  }

  /** A counted frame that will not be said. */
  void discard(ByteBuf frame) {
    waiting.addAndGet(-frame.readableBytes());
    frame.release();
  }

  /** Sends a frame. */
  void add(ByteBuf frame) {
    if (count(frame)) {
      addCounted(frame);
    }
  }

  /** Sends a frame that was counted. */
  void addCounted(ByteBuf frame) {
    frames.add(frame);
    if (!scheduled.getAndSet(true)) {
      try {
        channel.eventLoop().execute(this::drain);
      } catch (RejectedExecutionException e) {
        discardAll(); // the loops have ended, and all connections with them
      }
    }
  }

  /** Writes what waits; event loop. */
  void drain() {
    if (write()) {
      channel.flush();
    }
  }

  /** Writes what waits without flushing; event loop. */
  boolean write() {
    // Before the first look: who adds after it schedules another turn.
    scheduled.set(false);
    boolean some = false;
    for (ByteBuf frame = frames.poll(); frame != null; frame = frames.poll()) {
      int length = frame.readableBytes();
      channel.write(frame).addListener(written -> waiting.addAndGet(-length));
      some = true;
    }
    return some;
  }

  private void discardAll() {
    for (ByteBuf frame = frames.poll(); frame != null; frame = frames.poll()) {
      discard(frame);
    }
  }
}
