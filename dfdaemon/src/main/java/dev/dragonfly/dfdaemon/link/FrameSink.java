package dev.dragonfly.dfdaemon.link;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What is made of the frames of one connection. Event loop, one call at a time. */
interface FrameSink {
  /** A frame that is no chunk of a block; the value is whole and the caller's. */
  void control(int tag, ByteBuf value);

  /**
   * A chunk of a block begins; its bytes come next.
   *
   * @return false when there is no room for it yet: nothing is read until {@link
   *     FrameHandler#resume}
   */
  boolean chunk(int handle, int block, int offset, int length);

  /** Bytes of the chunk that began: exactly so many are to be read. */
  void bytes(ByteBuf in, int length);

  /**
   * Where the next bytes of the chunk that began can be written to: at most so many, from the
   * position to the limit of a buffer of its own; null when they are not wanted.
   */
  @Nullable ByteBuffer place(int most);

  /** So many bytes of the chunk were written to {@link #place}. */
  void bytesInPlace(int length);

  /** The other side broke the protocol; nothing more will come, and the connection is to go. */
  void broken(String why);

  /** The connection is gone. */
  void gone();
}
