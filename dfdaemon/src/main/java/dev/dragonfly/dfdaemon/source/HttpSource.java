package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.net.HostNames;
import java.util.Set;

/**
 * Sources, registries and other origins over HTTP/1.1, with TLS verified and addresses checked.
 * Event loops move the bytes; callers block on virtual threads. Safe for any thread.
 */
public final class HttpSource implements SourceClient, OriginClient {
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

  private final Exchanges exchanges;
  private final SentChunks sent;

  /**
   * @param loops event loops; stay open when this is closed
   * @param names where host names are looked up; stays open
   * @param bandwidth limit for all sources together
   * @param sent where it is noted what registries sent
   */
  public HttpSource(
      SourceConfig config,
      EventLoops loops,
      HostNames names,
      Bandwidth bandwidth,
      SentChunks sent) {
    this.exchanges = new Exchanges(config, loops, names, bandwidth);
    this.sent = sent;
  }

  @Override
  public SourceResponse open(SourceRequest request) {
    SourceUrl url = SourceUrl.parse(request.url());
    OriginAnswer answer = exchanges.follow(asked(request, url), url);
    try {
      SourceResponse response = ResponseReader.read(answer, request);
      long start = response.honoredRange() ? request.range().orElseThrow().start() : 0;
      return response.withBody(sent.watching(request.url(), start, response));
    } catch (RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  private static OriginRequest asked(SourceRequest request, SourceUrl url) {
    Headers header = Headers.of(request.header()).only(name -> !NOT_FORWARDED.contains(name));
    if (!header.has("authorization") && url.basicAuthorization().isPresent()) {
      header = header.plus("Authorization", url.basicAuthorization().get());
    }
    header = header.plus("Accept-Encoding", "identity");
    header = header.has("accept") ? header : header.plus("Accept", "*/*");
    header = header.has("user-agent") ? header : header.plus("User-Agent", "dragonfly-java");
    if (request.range().isPresent()) {
      long start = request.range().get().start();
      header = header.plus("Range", "bytes=" + start + "-" + (request.range().get().end() - 1));
    }
    return new OriginRequest(false, request.url(), header);
  }

  @Override
  public OriginAnswer ask(OriginRequest request) {
    return exchanges.ask(request, SourceUrl.parse(request.url()));
  }

  @Override
  public OriginAnswer follow(OriginRequest request) {
    return exchanges.follow(request, SourceUrl.parse(request.url()));
  }

  @Override
  public void close() {
    exchanges.close();
  }
}
