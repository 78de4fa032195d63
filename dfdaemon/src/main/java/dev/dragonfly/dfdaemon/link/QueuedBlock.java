package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.task.ByteRange;
import java.util.concurrent.atomic.AtomicBoolean;

/** A block that is to be given, until it is gone out or dropped. */
final class QueuedBlock {
  final NettyTaskLink to;
  final int block;
  final ByteRange range;
  final SentContents.Content content;

  /** Bytes that are on their way; event loop. */
  int sent;

  private final AtomicBoolean over = new AtomicBoolean();
  private volatile boolean unwanted;

  /**
   * @param content held, released with the end
   */
  QueuedBlock(NettyTaskLink to, int block, ByteRange range, SentContents.Content content) {
    this.to = to;
    this.block = block;
    this.range = range;
    this.content = content;
  }

  /** The other side does not want it any more: it ends before its next chunk. */
  void cancel() {
    unwanted = true;
  }

  boolean isWanted() {
    return !unwanted && to.isOpen();
  }

  boolean isOver() {
    return over.get();
  }

  /** Ends it, once. */
  void end(boolean whole) {
    if (release()) {
      to.given(block, whole);
    }
  }

  /** Gives back what it holds; false when that was done before. */
  boolean release() {
    if (over.getAndSet(true)) {
      return false;
    }
    content.release();
    return true;
  }
}
