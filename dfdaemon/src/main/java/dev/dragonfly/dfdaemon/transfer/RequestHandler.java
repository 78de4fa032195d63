package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.task.TaskKind;
import dev.dragonfly.dfdaemon.transfer.TransferListener.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the one request of a connection and hands it on; whatever is no request closes the
 * connection without an answer. A peer that ends its sending side still gets its piece. What comes
 * behind the request is read and dropped, up to a limit: input that nobody reads would turn the end
 * of the connection into a reset, see {@link LingeringClose}. Event loop.
 */
final class RequestHandler extends ByteToMessageDecoder {
  private static final Logger LOG = LoggerFactory.getLogger(RequestHandler.class);

  private static final long MAX_DROPPED = 64 << 10;

  /** The tag of a first packet by which the dialer asks for a swarm session. */
  private static final int SESSION_TAG = 64;

  private final Duration timeout;
  private final TransferListener listener;
  private final BiConsumer<Channel, Packet.PieceRequest> answer;
  private final @Nullable Consumer<Channel> sessions;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean answered;
  private long dropped;

  /**
   * @param sessions gets connections whose first packet has the tag of a session; without, such a
   *     packet is none
   */
  RequestHandler(
      Duration timeout,
      TransferListener listener,
      BiConsumer<Channel, Packet.PieceRequest> answer,
      @Nullable Consumer<Channel> sessions) {
    this.timeout = timeout;
    this.listener = listener;
    this.answer = answer;
    this.sessions = sessions;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    deadline =
        ctx.executor()
            .schedule(
                () -> refuse(ctx, Refusal.SLOW_REQUEST), timeout.toMillis(), TimeUnit.MILLISECONDS);
    ctx.fireChannelActive();
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (answered) {
      drop(ctx, in);
      return;
    }
    if (sessions != null && isSession(in)) {
      answered = true;
      sessions.accept(ctx.channel());
      // What was read so far goes on to the handler that was added behind this one.
      ctx.pipeline().remove(LingeringClose.class);
      ctx.pipeline().remove(this);
      return;
    }
    Optional<Packet> packet = VortexCodec.decode(in);
    if (packet.isEmpty()) {
      return;
    }
    if (packet.get() instanceof Packet.PieceRequest request && request.kind() != TaskKind.CACHE) {
      cancelDeadline();
      answered = true;
      answer.accept(ctx.channel(), request);
      return;
    }
    in.skipBytes(in.readableBytes());
    refuse(ctx, Refusal.MALFORMED);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
    super.userEventTriggered(ctx, event);
    if (event instanceof ChannelInputShutdownEvent && !answered) {
      ctx.close();
    }
  }

  @Override
  protected void handlerRemoved0(ChannelHandlerContext ctx) {
    cancelDeadline();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    LOG.debug(
        "piece connection failed peer={} why={}", ctx.channel().remoteAddress(), cause.toString());
    if (cause instanceof DecoderException) {
      refuse(ctx, Refusal.MALFORMED);
      return;
    }
    ctx.close();
  }

  private static boolean isSession(ByteBuf in) {
    return in.readableBytes() >= 2 && in.getUnsignedByte(in.readerIndex() + 1) == SESSION_TAG;
  }

  private void drop(ChannelHandlerContext ctx, ByteBuf in) {
    dropped += in.readableBytes();
    in.skipBytes(in.readableBytes());
    if (dropped > MAX_DROPPED) {
      ctx.close();
    }
  }

  private void refuse(ChannelHandlerContext ctx, Refusal why) {
    if (ctx.channel().isActive()) {
      listener.uploadRefused(PieceUploads.address(ctx.channel()), why);
    }
    answered = true;
    cancelDeadline();
    ctx.close();
  }

  private void cancelDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }
}
