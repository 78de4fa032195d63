package dev.dragonfly.dfdaemon.net;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A TCP port that is listened on, with its connections up to a limit. Safe for any thread. */
public final class TcpListener implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final long CLOSE_SECONDS = 2;

  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final int maxConnections;
  private final Connections handling;
  private final Channel server;

  /** What is done with connections; called on event loops. */
  public interface Connections {
    /** Sets a new connection up. */
    void accepted(SocketChannel channel);

    /** There are too many already; the connection is closed after this. */
    void refused(SocketChannel channel);
  }

  /**
   * Begins to listen.
   *
   * @param key section of the configuration that names the port, for the error
   * @param options sets more options on the bootstrap
   * @throws DragonflyException CONFIG when the port cannot be had
   */
  public TcpListener(
      EventLoops loops,
      String key,
      InetSocketAddress at,
      int maxConnections,
      Consumer<ServerBootstrap> options,
      Connections handling) {
    this.maxConnections = maxConnections;
    this.handling = handling;
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(new Admission());
    options.accept(bootstrap);
    ChannelFuture bound = bootstrap.bind(at).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot listen on %s:%d (%s): choose another %s.port, 0 for any"
              .formatted(at.getHostString(), at.getPort(), bound.cause().getMessage(), key),
          bound.cause());
    }
    this.server = bound.channel();
  }

  /** The TCP port. */
  public int port() {
    return ((InetSocketAddress) server.localAddress()).getPort();
  }

  /** Takes no more connections; those that are open stay. */
  public void stopAccepting() {
    server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Stops listening and breaks off what is being sent; waits at most 4 s. */
  @Override
  public void close() {
    stopAccepting();
    connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Admits connections up to the limit. */
  private final class Admission extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      connections.add(channel);
      if (connections.size() > maxConnections) {
        handling.refused(channel);
        channel.close();
        return;
      }
      handling.accepted(channel);
    }
  }
}
