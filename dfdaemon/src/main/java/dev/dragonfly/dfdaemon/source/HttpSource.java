package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.dfdaemon.net.EventLoops;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Sources over HTTP/1.1, with TLS verified. Event loops move the bytes; callers block on virtual
 * threads.
 */
public final class HttpSource implements SourceClient {
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

  private final Exchanges exchanges;

  /**
   * @param loops event loops; stay open when this is closed
   * @param bandwidth limit for all sources together
   */
  public HttpSource(SourceConfig config, EventLoops loops, Bandwidth bandwidth) {
    this.exchanges = new Exchanges(config, loops, bandwidth);
  }

  @Override
  public SourceResponse open(SourceRequest request) {
    Exchanges.Answer answer =
        exchanges.follow(
            SourceUrl.parse(request.url()),
            (url, credentials) -> message(url, request, credentials));
    try {
      return ResponseReader.read(answer.head(), request.range(), answer.body(), answer.url());
    } catch (RuntimeException e) {
      answer.body().close();
      throw e;
    }
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
    exchanges.close();
  }
}
