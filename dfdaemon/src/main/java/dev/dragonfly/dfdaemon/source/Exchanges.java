package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.net.AddressPolicy;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.net.HostNames;
import dev.dragonfly.dfdaemon.net.ReceivedContent;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges of a request and its answer over HTTP/1.1. The address that was checked is the one that
 * is connected to. Event loops move the bytes; callers block on virtual threads.
 */
final class Exchanges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** What may go to an origin that the caller did not name: how the content is wanted. */
  private static final Set<String> FOR_STRANGERS =
      Set.of("accept", "accept-encoding", "accept-language", "range", "user-agent");

  private final SourceConfig config;
  private final HostNames names;
  private final Bandwidth bandwidth;
  private final AddressPolicy policy;
  private final OriginConnections connections;

  Exchanges(SourceConfig config, EventLoops loops, HostNames names, Bandwidth bandwidth) {
    this.config = config;
    this.names = names;
    this.bandwidth = bandwidth;
    this.policy = new AddressPolicy("source", config.allow(), config.deny());
    this.connections = new OriginConnections(config, loops);
  }

  /**
   * Asks once, without following redirects.
   *
   * @throws DragonflyException UNAVAILABLE, DEADLINE_EXCEEDED, PERMISSION_DENIED
   */
  OriginAnswer ask(OriginRequest request, SourceUrl url) {
    return ask(request, url, resolve(url, namedByPublic(request)));
  }

  /**
   * Asks and follows redirects; an address in a private network may not be reached through a public
   * one.
   */
  OriginAnswer follow(OriginRequest request, SourceUrl first) {
    SourceUrl url = first;
    OriginRequest asked = request;
    boolean redirectedFromPublic = namedByPublic(request);
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      List<InetAddress> addresses = resolve(url, redirectedFromPublic);
      OriginAnswer answer = ask(asked, url, addresses);
      Optional<String> location = answer.first("location");
      if (!REDIRECTS.contains(answer.status()) || location.isEmpty()) {
        return answer;
      }
      answer.close();
      SourceUrl next = url.resolve(location.get());
      if (!next.sameOrigin(url)) {
        asked = forStrangers(asked);
      }
      redirectedFromPublic = redirectedFromPublic || addresses.stream().anyMatch(policy::isPublic);
      url = next;
    }
    throw new DragonflyException(
        ErrorCode.SOURCE_FAILED,
        "source " + first + " redirected more than " + MAX_REDIRECTS + " times");
  }

  private static OriginRequest forStrangers(OriginRequest request) {
    Headers kept = request.header().only(FOR_STRANGERS::contains);
    return new OriginRequest(request.head(), request.url(), kept, request.namedBy());
  }

  /** A URL that a public server named is like a redirect of that server. */
  private boolean namedByPublic(OriginRequest request) {
    if (request.namedBy().isEmpty()) {
      return false;
    }
    SourceUrl by = SourceUrl.parse(request.namedBy().get());
    return addresses(by).stream().anyMatch(policy::isPublic);
  }

  private List<InetAddress> resolve(SourceUrl url, boolean redirectedFromPublic) {
    List<InetAddress> addresses = addresses(url);
    for (InetAddress address : addresses) {
      policy.check(url.host(), address, redirectedFromPublic);
    }
    return addresses;
  }

  private List<InetAddress> addresses(SourceUrl url) {
    try {
      return names.addresses(url.host());
    } catch (DragonflyException e) {
      throw new DragonflyException(
          e.code(), "source " + url + ": " + e.getMessage() + "; check the URL", e);
    }
  }

  private OriginAnswer ask(OriginRequest request, SourceUrl url, List<InetAddress> addresses) {
    FullHttpRequest message = message(request, url); // Before there is a connection: it may be bad.
    Optional<OriginConnection> kept = connections.kept(url, addresses);
    if (kept.isPresent()) {
      try {
        return ask(kept.get(), message, url);
      } catch (DragonflyException e) {
        // The server may have ended a kept connection just when the request was on its way. Only
        // reads are asked here, so asking again does no harm.
        if (!kept.get().endedBeforeAnswer()) {
          throw e;
        }
        LOG.debug("kept connection had ended url={} cause={}", url, e.getMessage());
        message = message(request, url);
      }
    }
    return ask(connections.connect(url, addresses), message, url);
  }

  private OriginAnswer ask(OriginConnection connection, FullHttpRequest message, SourceUrl url) {
    ResponseHandler handler = connection.begin(url.toString(), message);
    ReceivedContent body =
        new ReceivedContent(
            connection.channel(),
            handler.content(),
            bandwidth,
            config.noProgressTimeout(),
            "source " + url,
            () -> connections.end(connection));
    try {
      HttpResponse head =
          handler.head().get(config.headerTimeout().toMillis(), TimeUnit.MILLISECONDS);
      Headers header = Headers.of(head.headers());
      return new OriginAnswer(head.status().code(), header, body, url.toString());
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

  private static FullHttpRequest message(OriginRequest request, SourceUrl url) {
    FullHttpRequest message =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, request.head() ? HttpMethod.HEAD : HttpMethod.GET, url.target());
    try {
      for (Map.Entry<String, String> header : request.header().entries()) {
        message.headers().add(header.getKey(), header.getValue());
      }
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "a request header is not valid: " + e.getMessage(), e);
    }
    message.headers().set(HttpHeaderNames.HOST, url.hostHeader());
    message.headers().remove(HttpHeaderNames.CONNECTION);
    if (request.header().first("authorization").filter(Exchanges::isForTheConnection).isPresent()) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return message;
  }

  /**
   * These prove who the connection is, so that the next request on it would be the same person's.
   */
  private static boolean isForTheConnection(String authorization) {
    String scheme = authorization.strip().toLowerCase(Locale.ROOT);
    return scheme.startsWith("ntlm") || scheme.startsWith("negotiate");
  }

  @Override
  public void close() {
    connections.close();
  }
}
