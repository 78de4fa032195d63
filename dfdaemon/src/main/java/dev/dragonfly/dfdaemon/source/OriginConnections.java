package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.EventLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to origins: new ones, and a bounded number of such that are kept for a short while
 * for the next request. The monitor guards what is kept.
 */
final class OriginConnections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OriginConnections.class);
  private static final int MAX_CHUNK = 256 << 10;
  private static final int MAX_HEAD = 64 << 10;

  /** Reads of the socket before the queue is asked whether it wants more. */
  private static final int READS = 2;

  private static final int KEPT = 64;
  private static final int KEPT_FOR_ONE = 8;

  /**
   * A connection that was not used from one look at it to the next is closed: after one to two of
   * these, shorter than servers keep them, so that few end while a request is on its way.
   */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final SourceConfig config;
  private final EventLoops loops;
  private final SourceTls trust;
  private final Map<OriginConnection.To, Deque<OriginConnection>> kept = new HashMap<>();
  private int count;
  private boolean closed;

  OriginConnections(SourceConfig config, EventLoops loops) {
    this.config = config;
    this.loops = loops;
    this.trust = new SourceTls(config.caFile());
  }

  /** A connection that was kept for one of the addresses, the one used last first. */
  synchronized Optional<OriginConnection> kept(SourceUrl url, List<InetAddress> addresses) {
    for (InetAddress address : addresses) {
      Deque<OriginConnection> known = kept.get(OriginConnection.To.of(url, address));
      while (known != null && !known.isEmpty()) {
        OriginConnection connection = known.pollLast();
        count--;
        if (connection.isFree()) {
          return Optional.of(connection);
        }
        connection.close();
      }
    }
    return Optional.empty();
  }

  /** An exchange is over, in whatever state: keeps the connection, or closes it. */
  void end(OriginConnection connection) {
    if (!connection.isFree() || !keep(connection)) {
      connection.close();
    }
  }

  private synchronized boolean keep(OriginConnection connection) {
    Deque<OriginConnection> same =
        kept.computeIfAbsent(connection.to(), none -> new ArrayDeque<>());
    if (closed || count >= KEPT || same.size() >= KEPT_FOR_ONE || same.contains(connection)) {
      return false;
    }
    same.addLast(connection);
    count++;
    connection.uses++;
    if (!connection.watched) {
      connection.watched = true;
      look(connection, connection.uses);
    }
    return true;
  }

  private synchronized boolean drop(OriginConnection connection) {
    Deque<OriginConnection> same = kept.get(connection.to());
    boolean dropped = same != null && same.remove(connection);
    count -= dropped ? 1 : 0;
    if (same != null && same.isEmpty()) {
      kept.remove(connection.to());
    }
    return dropped;
  }

  /** One timer for each connection, however often it is used. */
  private void look(OriginConnection connection, long uses) {
    connection
        .channel()
        .eventLoop()
        .schedule(() -> dropUnused(connection, uses), LOOK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private synchronized void dropUnused(OriginConnection connection, long uses) {
    if (connection.uses == uses && drop(connection)) {
      connection.close();
    } else if (connection.channel().isActive()) {
      look(connection, connection.uses);
    }
  }

  /** The first address that can be connected, in their order. */
  OriginConnection connect(SourceUrl url, List<InetAddress> addresses) {
    for (InetAddress address : addresses.subList(0, addresses.size() - 1)) {
      try {
        return connect(url, address);
      } catch (DragonflyException e) {
        LOG.debug("source address failed url={} address={} cause={}", url, address, e.getMessage());
      }
    }
    return connect(url, addresses.getLast());
  }

  private OriginConnection connect(SourceUrl url, InetAddress address) {
    ResponseHandler first = new ResponseHandler(url.toString());
    Optional<SslContext> tls = url.isTls() ? Optional.of(trust.context()) : Optional.empty();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.channel())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(2048, 64 << 10, MAX_CHUNK)
                    .maxMessagesPerRead(READS))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    tls.ifPresent(
                        context -> channel.pipeline().addLast(tlsHandler(context, channel, url)));
                    channel
                        .pipeline()
                        .addLast(
                            new HttpClientCodec(
                                new HttpDecoderConfig()
                                    .setMaxHeaderSize(MAX_HEAD)
                                    .setMaxChunkSize(MAX_CHUNK),
                                false,
                                false))
                        .addLast(first);
                  }
                });
    ChannelFuture connected = bootstrap.connect(new InetSocketAddress(address, url.port()));
    connected.awaitUninterruptibly(); // The connect timeout bounds it.
    if (!connected.isSuccess()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "cannot connect to the source %s at %s:%d: %s"
              .formatted(url, address.getHostAddress(), url.port(), connected.cause().getMessage()),
          connected.cause());
    }
    OriginConnection connection =
        new OriginConnection(connected.channel(), OriginConnection.To.of(url, address), first);
    connected.channel().closeFuture().addListener(gone -> drop(connection));
    return connection;
  }

  private SslHandler tlsHandler(SslContext tls, Channel channel, SourceUrl url) {
    SslHandler handler = tls.newHandler(channel.alloc(), url.host(), url.port());
    handler.setHandshakeTimeout(config.headerTimeout().toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  @Override
  public synchronized void close() {
    closed = true;
    for (Deque<OriginConnection> same : kept.values()) {
      for (Iterator<OriginConnection> all = same.iterator(); all.hasNext(); ) {
        all.next().close();
      }
    }
    kept.clear();
    count = 0;
  }
}
