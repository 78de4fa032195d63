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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Origins over HTTP/1.1, with TLS verified and addresses checked as for every source. */
public final class HttpOrigin implements OriginClient {
  private static final Set<String> CREDENTIALS =
      Set.of("authorization", "cookie", "proxy-authorization");

  private final Exchanges exchanges;

  /**
   * @param loops event loops; stay open when this is closed
   * @param bandwidth limit for all sources together
   */
  public HttpOrigin(SourceConfig config, EventLoops loops, Bandwidth bandwidth) {
    this.exchanges = new Exchanges(config, loops, bandwidth);
  }

  @Override
  public OriginAnswer ask(OriginRequest request) {
    return answer(
        exchanges.ask(
            SourceUrl.parse(request.url()),
            (url, credentials) -> message(url, request, credentials)));
  }

  @Override
  public OriginAnswer follow(OriginRequest request) {
    return answer(
        exchanges.follow(
            SourceUrl.parse(request.url()),
            (url, credentials) -> message(url, request, credentials)));
  }

  private static OriginAnswer answer(Exchanges.Answer answer) {
    List<Map.Entry<String, String>> header = List.copyOf(answer.head().headers().entries());
    return new OriginAnswer(answer.head().status().code(), header, answer.body());
  }

  private static FullHttpRequest message(
      SourceUrl url, OriginRequest request, boolean credentials) {
    FullHttpRequest message =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, request.head() ? HttpMethod.HEAD : HttpMethod.GET, url.target());
    try {
      for (Map.Entry<String, String> header : request.header()) {
        if (credentials || !CREDENTIALS.contains(header.getKey().toLowerCase(Locale.ROOT))) {
          message.headers().add(header.getKey(), header.getValue());
        }
      }
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "a request header is not valid: " + e.getMessage(), e);
    }
    message.headers().set(HttpHeaderNames.HOST, url.hostHeader());
    message.headers().set(HttpHeaderNames.CONNECTION, "close");
    return message;
  }

  @Override
  public void close() {
    exchanges.close();
  }
}
