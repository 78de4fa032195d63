package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.net.ReadPlaces;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts what comes into frames. Only small frames are collected until they are whole; the bytes of
 * blocks go on as they come, so that they are copied once. While there is no room for them the
 * socket is not read. Event loop.
 */
final class FrameHandler extends ChannelInboundHandlerAdapter implements ReadPlaces.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(FrameHandler.class);
  private static final int FIRST_ROOM = 4 << 10;

  private final ByteBuf head = Unpooled.buffer(Frames.HEADER + Frames.CHUNK_HEAD);
  private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
  private FrameSink sink;
  private @Nullable ByteBuf value;

  /** The next that comes lies in the block already: a read follows each question for its place. */
  private boolean inPlace;

  private @Nullable ChannelHandlerContext context;
  private int tag;
  private int left;
  private long reads;
  private boolean awaiting;
  private boolean running;
  private boolean over;

  FrameHandler(FrameSink sink) {
    this.sink = sink;
  }

  /** From the next frame on another one is told. */
  void tell(FrameSink next) {
    sink = next;
  }

  /** Whether the other side owes the rest of a frame. */
  boolean isMidFrame() {
    return head.isReadable() || value != null || left > 0;
  }

  /** Changes whenever something comes. */
  long reads() {
    return reads;
  }

  /** Whether nothing is read because a chunk has no room yet. */
  boolean isPaused() {
    return awaiting;
  }

  /** Reads nothing more until {@link #resume}; may be called by the sink. */
  void pause() {
    ChannelHandlerContext ctx = context;
    if (ctx != null) {
      awaiting = true;
      ctx.channel().config().setAutoRead(false);
    }
  }

  /** Reads on. */
  void resume() {
    ChannelHandlerContext ctx = context;
    if (!awaiting || over || ctx == null) {
      return;
    }
    awaiting = false;
    pump(ctx);
    if (!awaiting && !over) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  @Override
  public @Nullable ByteBuf nextPlace() {
    boolean known = left > 0 && held.isEmpty() && !awaiting && !over;
    ByteBuffer place = known ? sink.place(left) : null;
    inPlace = place != null;
    return place == null ? null : Unpooled.wrappedBuffer(place).clear();
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    held.add((ByteBuf) message);
    reads++;
    pump(ctx);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      ctx.close();
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    sink.gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug("link failed peer={} why={}", ctx.channel().remoteAddress(), cause.toString());
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end();
  }

  private void pump(ChannelHandlerContext ctx) {
    if (running) { // a sink that resumes within a call; the outer loop goes on
      return;
    }
    running = true;
    try {
      for (ByteBuf in = held.peek(); in != null && !awaiting && !over; in = held.peek()) {
        step(ctx, in);
        if (!over && !in.isReadable()) {
          held.remove().release();
        }
      }
    } catch (CorruptedFrameException | DragonflyException | IndexOutOfBoundsException e) {
      breakOff(ctx, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      LOG.warn("link failed peer={}", ctx.channel().remoteAddress(), e);
      breakOff(ctx, "failed here: " + e);
    } finally {
      running = false;
      if (over) {
        end();
      }
    }
  }

  private void step(ChannelHandlerContext ctx, ByteBuf in) {
    if (left > 0) {
      int some = Math.min(left, in.readableBytes());
      left -= some;
      if (inPlace) {
        inPlace = false;
        in.skipBytes(some);
        sink.bytesInPlace(some);
      } else {
        sink.bytes(in, some);
      }
    } else if (value != null) {
      collect(in, value);
    } else {
      readHead(ctx, in);
    }
  }

  private void readHead(ChannelHandlerContext ctx, ByteBuf in) {
    if (!fill(in, Frames.HEADER)) {
      return;
    }
    tag = head.getUnsignedByte(1);
    long length = head.getUnsignedInt(2);
    Frames.checkLength(tag, length);
    if (tag == Frames.BLOCK) {
      beginChunk(in, (int) length - Frames.CHUNK_HEAD);
      return;
    }
    head.clear();
    if (in.readableBytes() >= length) {
      control(in.readSlice((int) length));
      return;
    }
    // Never more room than what came: a length alone must not cost memory.
    value = ctx.alloc().buffer((int) Math.min(length, FIRST_ROOM), (int) length);
    collect(in, value);
  }

  private void collect(ByteBuf in, ByteBuf whole) {
    // Writing grows the target, which reading into it would not.
    whole.writeBytes(in, Math.min(in.readableBytes(), whole.maxCapacity() - whole.readableBytes()));
    if (whole.readableBytes() == whole.maxCapacity()) {
      value = null;
      try {
        control(whole);
      } finally {
        whole.release();
      }
    }
  }

  private void control(ByteBuf whole) {
    if (tag <= Frames.REFUSE) {
      sink.control(tag, whole);
    }
  }

  private void beginChunk(ByteBuf in, int length) {
    if (!fill(in, Frames.HEADER + Frames.CHUNK_HEAD)) {
      return;
    }
    int handle = head.getInt(Frames.HEADER);
    int block = Frames.checkBlock(head.getInt(Frames.HEADER + 4));
    int offset = head.getInt(Frames.HEADER + 8);
    head.clear();
    if (offset < 0 || offset > Frames.MAX_CHUNK - length) {
      throw new CorruptedFrameException(
          "chunk of %d bytes at %d of a block".formatted(length, Integer.toUnsignedLong(offset)));
    }
    left = length;
    if (!sink.chunk(handle, block, offset, length)) {
      pause();
    }
  }

  private boolean fill(ByteBuf in, int length) {
    int some = Math.min(in.readableBytes(), length - head.readableBytes());
    if (some > 0) {
      in.readBytes(head, some);
    }
    return head.readableBytes() >= length;
  }

  private void breakOff(ChannelHandlerContext ctx, String why) {
    over = true;
    LOG.debug("link broken off peer={} why={}", ctx.channel().remoteAddress(), why);
    sink.broken(why);
    ctx.close();
  }

  private void end() {
    over = true;
    if (running) { // the loop still reads from what would be released
      return;
    }
    held.forEach(ByteBuf::release);
    held.clear();
    if (value != null) {
      value.release();
      value = null;
    }
  }
}
