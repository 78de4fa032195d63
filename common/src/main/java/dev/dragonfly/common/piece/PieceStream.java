package dev.dragonfly.common.piece;

import java.nio.ByteBuffer;

/**
 * Bytes of a task that arrive in order, from a parent or from the source. One reader at a time;
 * reads block, so read on a virtual thread.
 */
public interface PieceStream extends AutoCloseable {
  /**
   * Fills the target as far as bytes come.
   *
   * @return number of bytes put, at least 1 when the target has room; -1 at the end
   * @throws dev.dragonfly.common.error.DragonflyException DEADLINE_EXCEEDED when no byte came
   *     within the no-progress limit, UNAVAILABLE when the connection broke before the announced
   *     end
   */
  int read(ByteBuffer target);

  /**
   * Returns when a byte or the end can be read without waiting, so that a reader needs no buffer
   * before.
   *
   * @throws dev.dragonfly.common.error.DragonflyException as {@link #read}
   */
  default void awaitReadable() {}

  /** Gives the connection up; a read in progress fails. Never throws. */
  @Override
  void close();
}
