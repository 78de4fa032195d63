package dev.dragonfly.dfdaemon.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Event loops of which one that accepts a connection keeps it, unless another has fewer. In turns,
 * as Netty has it, every other connection wakes a second thread before its first byte is read,
 * which is a good part of a small answer. Safe for any thread.
 */
final class NearLoops extends MultiThreadIoEventLoopGroup {
  private static final int NONE = -1;

  private final List<EventLoop> loops = new ArrayList<>();

  /** Connections of each loop that came from a loop; only a hint for the next. */
  private final AtomicIntegerArray kept;

  NearLoops(int threads, ThreadFactory factory, IoHandlerFactory handlers) {
    super(threads, factory, handlers);
    for (EventExecutor executor : this) {
      loops.add((EventLoop) executor);
    }
    kept = new AtomicIntegerArray(loops.size());
  }

  @Override
  public ChannelFuture register(Channel channel) {
    int here = here();
    if (here == NONE) { // A listener, or a connection that a thread opens.
      return super.register(channel);
    }
    int chosen = fewest(here);
    kept.incrementAndGet(chosen);
    channel.closeFuture().addListener(closed -> kept.decrementAndGet(chosen));
    return loops.get(chosen).register(channel);
  }

  private int here() {
    for (int i = 0; i < loops.size(); i++) {
      if (loops.get(i).inEventLoop()) {
        return i;
      }
    }
    return NONE;
  }

  private int fewest(int here) {
    int fewest = here;
    for (int i = 0; i < loops.size(); i++) {
      if (kept.get(i) < kept.get(fewest)) {
        fewest = i;
      }
    }
    return fewest;
  }
}
