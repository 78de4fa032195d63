package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.dfdaemon.transfer.ReceivedContent;
import dev.dragonfly.dfdaemon.transfer.TransferLoops;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sources over HTTP/1.1, with TLS verified. Names are resolved here and the address that was
 * checked is the one that is connected to. Event loops move the bytes; callers block on virtual
 * threads.
 */
public final class HttpSource implements SourceClient {
  private static final int MAX_REDIRECTS = 10;
  private static final int MAX_CHUNK = 256 << 10;
  private static final int MAX_HEAD = 64 << 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "range",
          "host",
          "connection",
          "content-length",
          "transfer-encoding",
          "accept-encoding",
          "te",
          "upgrade");
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "cookie", "proxy-authorization");

  private final SourceConfig config;
  private final TransferLoops loops;
  private final Bandwidth bandwidth;
  private final AddressPolicy policy;
  private final SslContext tls;
  private final DiskExecutor resolver = new DiskExecutor(2, 256, "resolver");

  /**
   * @param loops event loops; stay open when this is closed
   * @param bandwidth limit for all sources together
   */
  public HttpSource(SourceConfig config, TransferLoops loops, Bandwidth bandwidth) {
    this.config = config;
    this.loops = loops;
    this.bandwidth = bandwidth;
    this.policy = new AddressPolicy(config.allow(), config.deny());
    this.tls = SourceTls.context(config.caFile());
  }

  @Override
  public SourceResponse open(SourceRequest request) {
    SourceUrl url = SourceUrl.parse(request.url());
    boolean credentials = true;
    boolean redirectedFromPublic = false;
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      InetAddress address = resolve(url, redirectedFromPublic);
      Answer answer = ask(url, address, request, credentials);
      int status = answer.head().status().code();
      String location = answer.head().headers().get(HttpHeaderNames.LOCATION);
      if (!REDIRECTS.contains(status) || location == null) {
        return understand(answer, request, url);
      }
      answer.body().close();
      SourceUrl next = url.resolve(location);
      credentials = credentials && next.sameOrigin(url);
      redirectedFromPublic = redirectedFromPublic || policy.isPublic(address);
      url = next;
    }
    throw new DragonflyException(
        ErrorCode.SOURCE_FAILED,
        "source " + SourceUrl.parse(request.url()) + " redirected more than " + MAX_REDIRECTS + " times");
  }

  private static SourceResponse understand(Answer answer, SourceRequest request, SourceUrl url) {
    try {
      return ResponseReader.read(answer.head(), request.range(), answer.body(), url);
    } catch (RuntimeException e) {
      answer.body().close();
      throw e;
    }
  }

  private record Answer(HttpResponse head, ReceivedContent body) {}

  private InetAddress resolve(SourceUrl url, boolean redirectedFromPublic) {
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
    return addresses[0];
  }

  private Answer ask(
      SourceUrl url, InetAddress address, SourceRequest request, boolean credentials) {
    FullHttpRequest message = message(url, request, credentials);
    ResponseHandler handler = new ResponseHandler(url.toString());
    Channel channel = connect(url, address, handler);
    ReceivedContent body =
        new ReceivedContent(
            channel, handler.content(), bandwidth, config.noProgressTimeout(), "source " + url);
    try {
      channel.writeAndFlush(message);
      channel.read();
      HttpResponse head =
          handler.head().get(config.headerTimeout().toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(head, body);
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

  private static FullHttpRequest message(
      SourceUrl url, SourceRequest request, boolean credentials) {
    FullHttpRequest message =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, url.target());
    try {
      for (Map.Entry<String, String> header : request.header().entrySet()) {
        String name = header.getKey().toLowerCase(Locale.ROOT);
        if (!NOT_FORWARDED.contains(name) && (credentials || !CREDENTIALS.contains(name))) {
          message.headers().set(name, header.getValue());
        }
      }
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "a request header is not valid: " + e.getMessage(), e);
    }
    if (credentials && !message.headers().contains(HttpHeaderNames.AUTHORIZATION)) {
      url.basicAuthorization()
          .ifPresent(basic -> message.headers().set(HttpHeaderNames.AUTHORIZATION, basic));
    }
    message.headers().set(HttpHeaderNames.HOST, url.hostHeader());
    message.headers().set(HttpHeaderNames.ACCEPT_ENCODING, "identity");
    message.headers().set(HttpHeaderNames.CONNECTION, "close");
    if (!message.headers().contains(HttpHeaderNames.ACCEPT)) {
      message.headers().set(HttpHeaderNames.ACCEPT, "*/*");
    }
    if (!message.headers().contains(HttpHeaderNames.USER_AGENT)) {
      message.headers().set(HttpHeaderNames.USER_AGENT, "dragonfly-java");
    }
    request
        .range()
        .ifPresent(range ->
            message
                .headers()
                .set(HttpHeaderNames.RANGE, "bytes=" + range.start() + "-" + (range.end() - 1)));
    return message;
  }

  @Override
  public void close() {
    resolver.close();
  }
}
