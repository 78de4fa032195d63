package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.time.Time;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets clients go that do not finish their request in time, or that ask for nothing any more. While
 * a response is on its way others watch. There is one timer, which looks again when it finds that
 * it is too early: most requests set no other. Event loop.
 */
final class SlowClients extends ChannelInboundHandlerAdapter {
  private final long requestNanos;
  private final long idleNanos;
  private final Time time;
  private @Nullable Future<?> timer;
  private long timerNanos;
  private long deadlineNanos;
  private boolean watching;
  private boolean idle = true;
  private boolean reading;

  SlowClients(Duration requestTimeout, Duration idleTimeout, Time time) {
    this.requestNanos = requestTimeout.toNanos();
    this.idleNanos = idleTimeout.toNanos();
    this.time = time;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    limit(context, idleNanos);
    context.fireChannelActive();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    reading |= idle;
    idle = false;
    context.fireChannelRead(message);
  }

  /** A request that came in one go, as most do, has been answered or is being so. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (reading) {
      reading = false;
      limit(context, requestNanos);
    }
    context.fireChannelReadComplete();
  }

  /** The whole request is there. */
  void answering() {
    idle = false;
    reading = false;
    watching = false;
  }

  /** The next request may come. */
  void answered(ChannelHandlerContext context) {
    idle = true;
    limit(context, idleNanos);
  }

  private void limit(ChannelHandlerContext context, long nanos) {
    watching = true;
    deadlineNanos = time.nanos() + nanos;
    if (timer != null && timerNanos - deadlineNanos <= 0) {
      return; // It looks before that, and then waits for the rest.
    }
    if (timer != null) {
      timer.cancel(false);
    }
    arm(context, nanos);
  }

  private void arm(ChannelHandlerContext context, long nanos) {
    timerNanos = time.nanos() + nanos;
    timer =
        context.executor().schedule(() -> look(context), Math.max(nanos, 1), TimeUnit.NANOSECONDS);
  }

  private void look(ChannelHandlerContext context) {
    timer = null;
    if (!watching) {
      return;
    }
    long left = deadlineNanos - time.nanos();
    if (left <= 0) {
      context.close();
    } else {
      arm(context, left);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    watching = false;
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }
}
