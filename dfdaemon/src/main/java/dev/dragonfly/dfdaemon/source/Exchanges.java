package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.ReceivedContent;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Single exchanges over HTTP/1.1, with TLS verified. Names are resolved here and the address that
 * was checked is the one that is connected to. Event loops move the bytes; callers block on virtual
 * threads.
 */
final class Exchanges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
  private static final int MAX_REDIRECTS = 10;
  private static final int MAX_CHUNK = 256 << 10;
  private static final int MAX_HEAD = 64 << 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final SourceConfig config;
  private final EventLoops loops;
  private final Bandwidth bandwidth;
  private final AddressPolicy policy;
  private final SslContext tls;
  private final DiskExecutor resolver = new DiskExecutor(2, 256, "resolver");

  Exchanges(SourceConfig config, EventLoops loops, Bandwidth bandwidth) {
    this.config = config;
    this.loops = loops;
    this.bandwidth = bandwidth;
    this.policy = new AddressPolicy(config.allow(), config.deny());
    this.tls = SourceTls.context(config.caFile());
  }

  /** Makes the request for a URL, with credentials only for the host that they are for. */
  @FunctionalInterface
  interface Message {
    FullHttpRequest to(SourceUrl url, boolean credentials);
  }

  /**
   * What came back; whoever gets it closes the body.
   *
   * @param url who answered, after redirects
   */
  record Answer(HttpResponse head, ReceivedContent body, SourceUrl url) {}

  /**
   * Asks once, without following redirects.
   *
   * @throws DragonflyException UNAVAILABLE, DEADLINE_EXCEEDED, PERMISSION_DENIED
   */
  Answer ask(SourceUrl url, Message message) {
    return ask(url, resolve(url, false), message.to(url, true));
  }

  /**
   * Asks and follows redirects; an address in a private network may not be reached through a public
   * one.
   */
  Answer follow(SourceUrl first, Message message) {
    SourceUrl url = first;
    boolean credentials = true;
    boolean redirectedFromPublic = false;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      List<InetAddress> addresses = resolve(url, redirectedFromPublic);
      Answer answer = ask(url, addresses, message.to(url, credentials));
      String location = answer.head().headers().get(HttpHeaderNames.LOCATION);
      if (!REDIRECTS.contains(answer.head().status().code()) || location == null) {
        return answer;
      }
      answer.body().close();
      SourceUrl next = url.resolve(location);
      credentials = credentials && next.sameOrigin(url);
      redirectedFromPublic = redirectedFromPublic || addresses.stream().anyMatch(policy::isPublic);
      url = next;
    }
    throw new DragonflyException(
        ErrorCode.SOURCE_FAILED,
        "source " + first + " redirected more than " + MAX_REDIRECTS + " times");
  }

  private List<InetAddress> resolve(SourceUrl url, boolean redirectedFromPublic) {
    InetAddress[] addresses;
    try {
      addresses = resolver.call(() -> InetAddress.getAllByName(url.host()));
    } catch (DragonflyException e) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "the name of the source " + url + " does not resolve; check the URL",
          e);
    }
    for (InetAddress address : addresses) {
      policy.check(url.host(), address, redirectedFromPublic);
    }
    return List.of(addresses);
  }

  /** A connection and what listens to its answer. */
  private record Link(Channel channel, ResponseHandler handler) {}

  /** The first address that can be connected, in the order of the resolver. */
  private Link connect(SourceUrl url, List<InetAddress> addresses) {
    for (InetAddress address : addresses.subList(0, addresses.size() - 1)) {
      ResponseHandler handler = new ResponseHandler(url.toString());
      try {
        return new Link(connect(url, address, handler), handler);
      } catch (DragonflyException e) {
        LOG.debug("source address failed url={} address={} cause={}", url, address, e.getMessage());
      }
    }
    ResponseHandler handler = new ResponseHandler(url.toString());
    return new Link(connect(url, addresses.getLast(), handler), handler);
  }

  private Answer ask(SourceUrl url, List<InetAddress> addresses, FullHttpRequest message) {
    Link link = connect(url, addresses);
    Channel channel = link.channel();
    ResponseHandler handler = link.handler();
    ReceivedContent body =
        new ReceivedContent(
            channel, handler.content(), bandwidth, config.noProgressTimeout(), "source " + url);
    try {
      channel.writeAndFlush(message);
      channel.read();
      HttpResponse head =
          handler.head().get(config.headerTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(head, body, url);
    } catch (TimeoutException e) {
      body.close();
      throw new DragonflyException(
          ErrorCode.DEADLINE_EXCEEDED,
          "source " + url + " did not answer within " + config.headerTimeout(),
          e);
    } catch (ExecutionException e) {
      body.close();
      throw e.getCause() instanceof DragonflyException known
          ? known
          : new DragonflyException(
              ErrorCode.UNAVAILABLE, "source " + url + " failed", e.getCause());
    } catch (InterruptedException e) {
      body.close();
      Thread.currentThread().interrupt();
      throw new DragonflyException(ErrorCode.CANCELLED, "interrupted while asking " + url, e);
    }
  }

  private Channel connect(SourceUrl url, InetAddress address, ResponseHandler handler) {
    Bootstrap bootstrap =
        new Bootstrap()
            .group(loops.group())
            .channel(loops.channel())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) config.connectTimeout().toMillis())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(2048, 64 << 10, MAX_CHUNK))
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (url.isTls()) {
                      channel.pipeline().addLast(tlsHandler(channel, url));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpClientCodec(
                                new HttpDecoderConfig()
                                    .setMaxHeaderSize(MAX_HEAD)
                                    .setMaxChunkSize(MAX_CHUNK),
                                false,
                                false))
                        .addLast(handler);
                  }
                });
    ChannelFuture connected = bootstrap.connect(new InetSocketAddress(address, url.port()));
    connected.awaitUninterruptibly();
    if (!connected.isSuccess()) {
      throw new DragonflyException(
          ErrorCode.UNAVAILABLE,
          "cannot connect to the source "
              + url
              + " at "
              + address.getHostAddress()
              + ":"
              + url.port()
              + ": "
              + String.valueOf(connected.cause().getMessage()),
          connected.cause());
    }
    return connected.channel();
  }

  private SslHandler tlsHandler(Channel channel, SourceUrl url) {
    SslHandler handler = tls.newHandler(channel.alloc(), url.host(), url.port());
    handler.setHandshakeTimeout(config.headerTimeout().toMillis(), TimeUnit.MILLISECONDS);
    return handler;
  }

  @Override
  public void close() {
    resolver.close();
  }
}
