package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Timers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for dfget without gRPC, whose client would cost a short command most of its time. Virtual
 * threads: one accepts, two serve each connection.
 */
final class LightServer implements AutoCloseable {
  /** Connections at the same time; one more is told so and closed. */
  static final int CONNECTIONS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(LightServer.class);

  /** Connections that wait to be accepted. */
  private static final int BACKLOG = 128;

  /** After a failure to accept: mostly there are no file handles left, and trying does not help. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Path socket;
  private final ServerSocketChannel listener;
  private final LocalDownloads downloads;
  private final Timers timers;
  private final Set<LightCall> calls = ConcurrentHashMap.newKeySet();

  private LightServer(
      Path socket, ServerSocketChannel listener, LocalDownloads downloads, Timers timers) {
    this.socket = socket;
    this.listener = listener;
    this.downloads = downloads;
    this.timers = timers;
  }

  /**
   * Starts it.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when the socket cannot be used
   */
  static LightServer start(Path socket, LocalDownloads downloads, Timers timers) {
    ServerSocketChannel listener = SocketFile.listen(socket, () -> bind(socket));
    LightServer server = new LightServer(socket, listener, downloads, timers);
    server.accept();
    return server;
  }

  private static ServerSocketChannel bind(Path socket) {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        return listener.bind(UnixDomainSocketAddress.of(socket), BACKLOG);
      } catch (IOException e) {
        listener.close();
        throw e;
      }
    } catch (IOException e) {
      throw SocketFile.unusable(socket, e);
    }
  }

  private void accept() {
    Threads.virtual("light-accept", this::acceptAll);
  }

  private void acceptAll() {
    while (listener.isOpen()) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        if (listener.isOpen()) {
          LOG.warn("cannot accept a connection socket={} pause={}", socket, PAUSE, e);
          timers.after(PAUSE, this::accept);
        }
        return;
      }
    }
  }

  /** Only the accepting thread adds calls, so that the limit holds. */
  private void serve(SocketChannel channel) {
    LightCall call = new LightCall(channel, downloads, timers);
    if (calls.size() >= CONNECTIONS) {
      call.refuse();
      return;
    }
    calls.add(call);
    if (!listener.isOpen()) {
      call.close(); // The server was closed meanwhile and may not have seen this one.
    }
    Threads.virtual(
        "light-call",
        () -> {
          try {
            call.serve();
          } finally {
            calls.remove(call);
          }
        });
  }

  /** Connections that are served now. */
  int connections() {
    return calls.size();
  }

  /** Ends all connections, and with them what was asked for. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      LOG.debug("closing failed socket={}", socket, e);
    }
    SocketFile.remove(socket);
    calls.forEach(LightCall::close);
  }
}
