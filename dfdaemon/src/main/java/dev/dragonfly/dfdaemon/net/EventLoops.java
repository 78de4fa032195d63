package dev.dragonfly.dfdaemon.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The event loops that the piece protocol, sources and the proxy share: epoll where the kernel has
 * it, NIO elsewhere. Threads start with the first use. Safe for any thread.
 */
public final class EventLoops implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;

  private final boolean epoll;
  private final EventLoopGroup group;

  /**
   * Epoll where possible.
   *
   * @param threads number of event loops, at least 1
   */
  public EventLoops(int threads) {
    this(threads, Epoll.isAvailable());
  }

  public EventLoops(int threads, boolean epoll) {
    this.epoll = epoll;
    this.group =
        new NearLoops(
            threads,
            new DefaultThreadFactory("net", true),
            epoll ? WatchedEpoll.newFactory() : NioIoHandler.newFactory());
  }

  /** Whether the loops are of the kernel's epoll, which has more options. */
  public boolean epoll() {
    return epoll;
  }

  public EventLoopGroup group() {
    return group;
  }

  public Class<? extends ServerChannel> serverChannel() {
    return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
  }

  public Class<? extends SocketChannel> channel() {
    return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
  }

  public Class<? extends DatagramChannel> datagramChannel() {
    return epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
  }

  /** Ends the loops and with them every connection; waits at most 2 s. */
  @Override
  public void close() {
    group
        .shutdownGracefully(0, CLOSE_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
