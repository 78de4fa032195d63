package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.transfer.TransferLoops;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Serves container runtimes and other tools over HTTP/1.1, as a registry mirror and as a forward
 * proxy. Safe for any thread.
 */
public final class ProxyServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int MAX_LINE = 16 << 10;
  private static final long CLOSE_SECONDS = 2;

  private final ProxyConfig config;
  private final ProxyContext context;
  private final TransferLoops loops;
  private final ProxyMetrics metrics;
  private final ProxyAnswers answers;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private @Nullable Channel server;

  /** Nothing is opened before {@link #start()}. */
  public ProxyServer(ProxyConfig config, ProxyContext context, TransferLoops loops) {
    this.config = config;
    this.context = context;
    this.loops = loops;
    this.metrics = new ProxyMetrics(context.meters());
    this.answers = new ProxyAnswers(config, context, metrics);
  }

  /**
   * Begins to listen.
   *
   * @throws DragonflyException CONFIG when the port cannot be had
   */
  public void start() {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(new Connections())
            .bind(new InetSocketAddress(config.ip(), config.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot serve the proxy on %s:%d (%s); choose another proxy.port, 0 for any"
              .formatted(config.ip(), config.port(), bound.cause().getMessage()),
          bound.cause());
    }
    server = bound.channel();
  }

  /** The TCP port that is listened on. */
  public int port() {
    if (server == null || !(server.localAddress() instanceof InetSocketAddress address)) {
      throw new IllegalStateException("the proxy has not been started");
    }
    return address.getPort();
  }

  /** Stops listening and breaks off what is being sent; waits at most 4 s. */
  @Override
  public void close() {
    if (server != null) {
      server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
    connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  /** Admits connections up to the limit. */
  private final class Connections extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      connections.add(channel);
      if (connections.size() > config.limits().connections()) {
        metrics.refusedConnection();
        channel.close();
        return;
      }
      metrics.connected();
      channel.closeFuture().addListener(closed -> metrics.disconnected());
      ProxyLimits limits = config.limits();
      SlowClients slow = new SlowClients(limits.headerTimeout(), limits.idleTimeout());
      ChannelPipeline pipeline = channel.pipeline();
      pipeline.addLast(slow);
      pipeline.addLast(
          new HttpServerCodec(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(MAX_LINE)
                  .setMaxHeaderSize((int) limits.headerSize().bytes())));
      pipeline.addLast(new HttpServerKeepAliveHandler());
      pipeline.addLast(new FlowControlHandler());
      pipeline.addLast(
          new ProxyRequestHandler(slow, limits.stallTimeout(), context.time(), answers::answer));
    }
  }
}
