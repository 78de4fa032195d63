package dev.dragonfly.dfdaemon.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients go that do not finish their request in time, or that ask for nothing any more. While
 * a response is on its way others watch. Event loop.
 */
final class SlowClients extends ChannelInboundHandlerAdapter {
  private final Duration requestTimeout;
  private final Duration idleTimeout;
  private @Nullable ScheduledFuture<?> timer;
  private boolean waiting = true;

  SlowClients(Duration requestTimeout, Duration idleTimeout) {
    this.requestTimeout = requestTimeout;
    this.idleTimeout = idleTimeout;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    arm(context, idleTimeout);
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (waiting) {
      waiting = false;
      arm(context, requestTimeout);
    }
    context.fireChannelRead(message);
  }

  /** The whole request is there. */
  void answering() {
    waiting = false;
    disarm();
  }

  /** The next request may come. */
  void answered(ChannelHandlerContext context) {
    waiting = true;
    arm(context, idleTimeout);
  }

  private void arm(ChannelHandlerContext context, Duration limit) {
    disarm();
    timer =
        context
            .executor()
            .schedule(
                () -> {
                  context.close();
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  private void disarm() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    disarm();
  }
}
