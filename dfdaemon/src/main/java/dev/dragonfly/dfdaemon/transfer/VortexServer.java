package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.dfdaemon.storage.TaskStore;
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
import org.jspecify.annotations.Nullable;

/**
 * Serves pieces to other peers over TCP: one request for each connection, the content by sendfile.
 * Safe for any thread.
 */
public final class VortexServer implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final long CLOSE_SECONDS = 2;

  private final UploadConfig config;
  private final TransferLoops loops;
  private final TransferListener listener;
  private final PieceUploads uploads;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private @Nullable Channel server;

  /**
   * Nothing is opened before {@link #start()}.
   *
   * @param limit bandwidth of all uploads together
   */
  public VortexServer(
      UploadConfig config,
      TransferLoops loops,
      TaskStore store,
      DiskExecutor disk,
      Bandwidth limit,
      TransferListener listener) {
    this.config = config;
    this.loops = loops;
    this.listener = listener;
    this.uploads = new PieceUploads(config, store, disk, limit, listener);
  }

  /**
   * Begins to listen.
   *
   * @throws DragonflyException FAILED_PRECONDITION when the port cannot be had
   */
  public void start() {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childHandler(new Connections())
            .bind(new InetSocketAddress(config.ip(), config.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot serve pieces on %s:%d: is the port in use? choose another upload.port"
              .formatted(config.ip(), config.port()),
          bound.cause());
    }
    server = bound.channel();
  }

  /** The TCP port that is listened on. */
  public int port() {
    if (server == null || !(server.localAddress() instanceof InetSocketAddress address)) {
      throw new IllegalStateException("the piece server has not been started");
    }
    return address.getPort();
  }

  /** Stops listening and breaks off what is being sent; waits at most 2 s. */
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
      if (connections.size() > config.maxConnections()) {
        listener.uploadRefused(
            PieceUploads.address(channel), TransferListener.Refusal.TOO_MANY_CONNECTIONS);
        channel.close();
        return;
      }
      channel
          .pipeline()
          .addLast(new RequestHandler(config.requestTimeout(), listener, uploads::start));
    }
  }
}
