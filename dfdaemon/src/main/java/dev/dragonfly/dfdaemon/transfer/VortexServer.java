package dev.dragonfly.dfdaemon.transfer;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.ReadPlaces;
import dev.dragonfly.dfdaemon.net.TcpListener;
import dev.dragonfly.dfdaemon.storage.TaskStore;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves pieces to other peers over TCP: one request for each connection, the content by sendfile.
 * Safe for any thread.
 */
public final class VortexServer implements AutoCloseable {
  private static final long UNSENT_BYTES = 512 << 10;

  private final UploadConfig config;
  private final EventLoops loops;
  private final TransferListener listener;
  private final UploadSlots slots;
  private final PieceUploads uploads;
  private @Nullable TcpListener tcp;
  private @Nullable Consumer<Channel> sessions;

  /**
   * Nothing is opened before {@link #start()}.
   *
   * @param limit bandwidth of all uploads together
   */
  public VortexServer(
      UploadConfig config,
      EventLoops loops,
      TaskStore store,
      DiskExecutor disk,
      Bandwidth limit,
      Time time,
      TransferListener listener) {
    this.config = config;
    this.loops = loops;
    this.listener = listener;
    this.slots = new UploadSlots(config.slotsUnderLimit(), time);
    this.uploads =
        new PieceUploads(
            config, store, new PieceSender(config, disk, limit, time, listener), slots, listener);
  }

  /**
   * Begins to listen for peers who may also begin a swarm session on the same port.
   *
   * @param dialect gets, on its event loop, each connection that begins one; adds a handler to its
   *     pipeline, which reads from the first byte on
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when the port cannot be had
   */
  public void start(Consumer<Channel> dialect) {
    sessions = dialect;
    start();
  }

  /**
   * Begins to listen.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when the port cannot be had
   */
  public void start() {
    tcp =
        new TcpListener(
            loops,
            "upload",
            new InetSocketAddress(config.ip(), config.port()),
            config.maxConnections(),
            this::configure,
            new Connections());
  }

  /** Lets at most so many pieces be sent at the same time, and never more than configured. */
  public void limitUploads(int pieces) {
    slots.limit(pieces);
  }

  private void configure(ServerBootstrap bootstrap) {
    bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    if (loops.epoll()) {
      // by default a slow receiver's kernel asks for more in lumps of a megabyte: he would look
      // stalled for half a minute
      bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    }
  }

  /** The TCP port that is listened on. */
  public int port() {
    if (tcp == null) {
      throw new IllegalStateException("the piece server has not been started");
    }
    return tcp.port();
  }

  /** Stops listening and breaks off what is being sent; waits at most 4 s. */
  @Override
  public void close() {
    if (tcp != null) {
      tcp.close();
    }
  }

  /** What is done with a connection. */
  private final class Connections implements TcpListener.Connections {
    @Override
    public void refused(SocketChannel channel) {
      listener.uploadRefused(
          PieceUploads.address(channel), TransferListener.Refusal.TOO_MANY_CONNECTIONS);
    }

    @Override
    public void accepted(SocketChannel channel) {
      if (sessions != null) {
        ReadPlaces.of(channel); // A session may begin on it.
      }
      channel
          .pipeline()
          .addLast(new RequestHandler(config.requestTimeout(), listener, uploads::start, sessions))
          .addLast(new LingeringClose());
    }
  }
}
