package dev.dragonfly.dfdaemon.storage;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One borrowed buffer with one owner. Who hands it to a {@link StoredTask} gives it away: the store
 * closes it when the disk has done with the bytes, in every case, and the giver may close it again
 * but not touch the buffer. Otherwise the disk might still write what is another block by then.
 */
public final class BlockLease implements AutoCloseable {
  private final ByteBuffer buffer;
  private final Consumer<ByteBuffer> giveBack;
  private final AtomicBoolean open = new AtomicBoolean(true);

  BlockLease(ByteBuffer buffer, Consumer<ByteBuffer> giveBack) {
    this.buffer = buffer;
    this.giveBack = giveBack;
  }

  /** A lease of bytes that belong to no pool, from their position to their limit. */
  public static BlockLease unpooled(ByteBuffer bytes) {
    return new BlockLease(bytes, buffer -> {});
  }

  /** The buffer; the bytes of a block lie from its position to its limit. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Gives the buffer back to its pool, once. */
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      giveBack.accept(buffer);
    }
  }
}
