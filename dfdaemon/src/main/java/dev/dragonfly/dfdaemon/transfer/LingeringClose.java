package dev.dragonfly.dfdaemon.transfer;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection so that everything that was sent arrives. The kernel answers a close with
 * unread input by a reset, and a reset throws away what is still on its way: peers that had sent
 * one more packet lost the last megabytes of their piece. So only the sending side is ended; what
 * the peer sends is read on, the handler before this one drops it, and the socket is closed when
 * the peer has ended its side too, or after the bound. Event loop.
 */
final class LingeringClose extends ChannelInboundHandlerAdapter {
  private static final Duration BOUND = Duration.ofSeconds(5);

  private boolean peerEnded;
  private @Nullable ScheduledFuture<?> deadline;

  /** Ends the connection; everything must have been written to the socket. Any thread. */
  static void end(Channel channel) {
    channel
        .eventLoop()
        .execute(() -> {
          LingeringClose ending = channel.pipeline().get(LingeringClose.class);
          if (ending == null) {
            channel.close();
          } else {
            ending.begin(channel);
          }
        });
  }

  private void begin(Channel channel) {
    if (peerEnded || deadline != null || !channel.isActive()) {
      channel.close();
      return;
    }
    deadline =
        channel
            .eventLoop()
            .schedule(() -> channel.close(), BOUND.toMillis(), TimeUnit.MILLISECONDS);
    ((DuplexChannel) channel)
        .shutdownOutput()
        .addListener(ended -> {
          if (!ended.isSuccess()) {
            channel.close();
          }
        });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      peerEnded = true;
      if (deadline != null) {
        ctx.close();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (deadline != null) {
      deadline.cancel(false);
    }
    ctx.fireChannelInactive();
  }
}
