package dev.dragonfly.dfdaemon.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of one connection are read to: those of a block straight to their place in the
 * block's buffer, all others to one small buffer that all connections of an event loop share. So
 * nothing is allocated for a read, and the bytes of a block are not copied on their way. Event
 * loop.
 */
public final class ReadPlaces extends DefaultMaxMessagesRecvByteBufAllocator {
  /**
   * Room for control frames, and not more: what of a block comes in the same read as its head is
   * copied from here.
   */
  private static final int SHARED = 16 << 10;

  private static final FastThreadLocal<ByteBuf> OF_LOOP =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
          // Of the collector: threads that end without a word leave nothing behind.
          return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(SHARED));
        }

        @Override
        protected void onRemoval(ByteBuf buffer) {
          buffer.release();
        }
      };

  private @Nullable Reader reader;

  /** Who knows what comes next. */
  @FunctionalInterface
  public interface Reader {
    /** An empty buffer whose memory is where the next bytes belong; null when that is not known. */
    @Nullable ByteBuf nextPlace();
  }

  private ReadPlaces() {}

  /**
   * Those of the connection, which uses them from now on. To be called before anything is read: a
   * connection asks only once how it is to read.
   */
  public static ReadPlaces of(Channel channel) {
    if (channel.config().getRecvByteBufAllocator() instanceof ReadPlaces places) {
      return places;
    }
    ReadPlaces places = new ReadPlaces();
    channel.config().setRecvByteBufAllocator(places);
    return places;
  }

  /** From the next read on this reader is asked. */
  public void ask(Reader next) {
    reader = next;
  }

  @Override
  @SuppressWarnings("deprecation") // There is no other kind of handle that Netty takes.
  public Handle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public ByteBuf allocate(ByteBufAllocator pool) {
        ByteBuf place = reader == null ? null : reader.nextPlace();
        if (place != null) {
          return place;
        }
        ByteBuf shared = OF_LOOP.get();
        // Held by a connection that cannot go on yet: others need one of their own until it can.
        return shared.refCnt() == 1 ? shared.retain().clear() : pool.directBuffer(SHARED, SHARED);
      }

      @Override
      public int guess() {
        return SHARED;
      }
    };
  }
}
