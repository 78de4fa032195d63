package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.TcpListener;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Serves container runtimes and other tools over HTTP/1.1, as a registry mirror and as a forward
 * proxy. Safe for any thread.
 */
public final class ProxyServer implements AutoCloseable {
  private static final int MAX_LINE = 16 << 10;

  private final ProxyConfig config;
  private final ProxyContext context;
  private final EventLoops loops;
  private final ProxyMetrics metrics;
  private final ProxyAnswers answers;
  private @Nullable TcpListener listener;

  /** Nothing is opened before {@link #start()}. */
  public ProxyServer(ProxyConfig config, ProxyContext context, EventLoops loops) {
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
    listener =
        new TcpListener(
            loops,
            "proxy",
            new InetSocketAddress(config.ip(), config.port()),
            config.limits().connections(),
            bootstrap -> {},
            new Connections());
  }

  /** The TCP port that is listened on. */
  public int port() {
    if (listener == null) {
      throw new IllegalStateException("the proxy has not been started");
    }
    return listener.port();
  }

  /**
   * Stops listening, lets what is being sent go on for a while, for a runtime cannot go elsewhere
   * with half a layer, and breaks off the rest.
   */
  @Override
  public void close() {
    if (listener != null) {
      listener.stopAccepting();
      answers.drain(config.limits().drainTimeout());
      listener.close();
    }
  }

  /** What is done with a connection. */
  private final class Connections implements TcpListener.Connections {
    @Override
    public void refused(SocketChannel channel) {
      metrics.refusedConnection();
    }

    @Override
    public void accepted(SocketChannel channel) {
      metrics.connected();
      channel.closeFuture().addListener(closed -> metrics.disconnected());
      ProxyLimits limits = config.limits();
      SlowClients slow =
          new SlowClients(limits.headerTimeout(), limits.idleTimeout(), context.time());
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
