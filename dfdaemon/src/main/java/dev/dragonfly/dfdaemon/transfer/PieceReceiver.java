package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.ContentQueue;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request, reads the metadata, then passes the content on through a {@link ContentQueue}.
 * Reads the socket only as fast as the queue is emptied. Event loop.
 */
final class PieceReceiver extends ChannelInboundHandlerAdapter {
  private final Packet.PieceRequest request;
  private final String what;
  private final CompletableFuture<Packet.Answer> answer = new CompletableFuture<>();
  private final ContentQueue content = new ContentQueue();
  private @Nullable ByteBuf head;
  private long missing = -1;

  /**
   * For one piece.
   *
   * @param what names the piece and the peer in messages
   */
  PieceReceiver(Packet.PieceRequest request, String what) {
    this.request = request;
    this.what = what;
  }

  /** Completes with what the peer answered, or with a DragonflyException. */
  CompletableFuture<Packet.Answer> answer() {
    return answer;
  }

  ContentQueue content() {
    return content;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    ctx.writeAndFlush(VortexCodec.encode(request, ctx.alloc()));
    ctx.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf buffer = (ByteBuf) message;
    if (missing >= 0) {
      deliver(ctx, buffer);
      return;
    }
    ByteBuf all = head == null ? buffer : append(head, buffer);
    head = all;
    Optional<Packet> packet = VortexCodec.decode(all);
    if (packet.isEmpty()) {
      return;
    }
    head = null;
    if (packet.get() instanceof Packet.PieceContent found && found.number() == request.piece()) {
      missing = found.length();
      answer.complete(found);
      deliver(ctx, all);
      return;
    }
    all.release();
    if (packet.get() instanceof Packet.Busy busy) {
      answer.complete(busy);
    } else {
      answer.completeExceptionally(refusal(packet.get()));
    }
    ctx.close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (missing != 0 && content.wantsMore()) {
      ctx.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    fail(ErrorCode.UNAVAILABLE, "the peer closed the connection", null);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    boolean broken = cause instanceof DecoderException;
    fail(
        broken ? ErrorCode.INTERNAL : ErrorCode.UNAVAILABLE,
        broken ? "the peer broke the protocol" : "the connection broke",
        cause);
    ctx.close();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    if (head != null) {
      head.release();
      head = null;
    }
  }

  /** Cuts off what is more than announced. */
  private void deliver(ChannelHandlerContext ctx, ByteBuf buffer) {
    int length = (int) Math.min(buffer.readableBytes(), missing);
    missing -= length;
    if (length == 0) {
      buffer.release();
    } else {
      content.put(buffer.writerIndex(buffer.readerIndex() + length));
    }
    if (missing == 0) {
      content.end();
      ctx.close();
    }
  }

  private void fail(ErrorCode code, String why, @Nullable Throwable cause) {
    String left = missing < 0 ? "before it answered" : missing + " bytes before the end";
    DragonflyException failure =
        new DragonflyException(
            code, what + ": " + why + " " + left + "; another parent may have it", cause);
    answer.completeExceptionally(failure);
    content.fail(failure);
  }

  private DragonflyException refusal(Packet packet) {
    return switch (packet) {
      case Packet.Failure failure ->
          new DragonflyException(
              failure.code() == Packet.Failure.Code.NOT_FOUND
                  ? ErrorCode.NOT_FOUND
                  : ErrorCode.UNAVAILABLE,
              what + ": the peer answered " + failure.code() + ": " + failure.message());
      case Packet.PieceContent other ->
          new DragonflyException(
              ErrorCode.INTERNAL, what + ": the peer answered with piece " + other.number());
      case Packet.PieceRequest echo -> unexpected(echo);
      case Packet.Busy busy -> unexpected(busy);
      case Packet.Close close -> unexpected(close);
    };
  }

  private DragonflyException unexpected(Packet packet) {
    return new DragonflyException(
        ErrorCode.INTERNAL, what + ": the peer answered with " + packet + " (expected a piece)");
  }

  private static ByteBuf append(ByteBuf head, ByteBuf tail) {
    try {
      return head.writeBytes(tail);
    } finally {
      tail.release();
    }
  }
}
