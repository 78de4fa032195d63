package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Passes a request on to its origin and the answer back, whatever it is, as it comes. Blocks; on
 * virtual threads.
 */
final class RegistryRelay {
  private static final int CHUNK = 64 << 10;

  private final OriginClient client;
  private final RegistryLogin login;
  private final Entitlements entitlements;
  private final String via;

  /**
   * @param via how this proxy calls itself in Via headers
   */
  RegistryRelay(OriginClient client, RegistryLogin login, Entitlements entitlements, String via) {
    this.client = client;
    this.login = login;
    this.entitlements = entitlements;
    this.via = via;
  }

  /** Relays; an origin that cannot be reached is an exception before anything was answered. */
  void relay(ProxyRequest request, Route.PassThrough route, ClientResponse response) {
    try (OriginAnswer answer = ask(request, route)) {
      if (route.grants() && answer.status() == 200) {
        entitlements.grant(login.caller(request, route.origin()), route.origin().scope());
      }
      boolean empty = request.isHead() || answer.status() == 304 || answer.status() == 204;
      response.head(status(answer, route.origin()), header(answer), answer.contentLength());
      response.flush();
      if (!empty && !copy(answer, response)) {
        return;
      }
      response.end();
    }
  }

  /** A runtime would hang on 429; it goes to the registry itself on 503. */
  private static int status(OriginAnswer answer, Route.Origin origin) {
    return answer.status() == 429 && origin.registry().isPresent() ? 503 : answer.status();
  }

  private OriginAnswer ask(ProxyRequest request, Route.PassThrough route) {
    List<Map.Entry<String, String>> header =
        new ArrayList<>(HeaderFilter.endToEnd(request.header()));
    header.removeIf(entry -> entry.getKey().equalsIgnoreCase("content-length"));
    header.add(Map.entry("Via", via));
    OriginRequest first = new OriginRequest(request.isHead(), route.origin().url(), header);
    return login.withLogin(
        request,
        route.origin(),
        first,
        asked -> route.followRedirects() ? client.follow(asked) : client.ask(asked));
  }

  private static List<Map.Entry<String, String>> header(OriginAnswer answer) {
    List<Map.Entry<String, String>> header = HeaderFilter.endToEnd(answer.header());
    header.removeIf(entry -> entry.getKey().equalsIgnoreCase("content-length"));
    return header;
  }

  /** Copies the body; false when the client is gone. */
  private static boolean copy(OriginAnswer answer, ClientResponse response) {
    while (true) {
      ByteBuf buffer = response.buffer(CHUNK);
      int length = 0;
      try {
        ByteBuffer room = buffer.nioBuffer(0, CHUNK);
        length = answer.body().read(room);
      } finally {
        if (length <= 0) {
          buffer.release();
        }
      }
      if (length < 0) {
        return true;
      }
      if (length > 0 && !response.push(buffer.writerIndex(length))) {
        return false;
      }
    }
  }

  /**
   * Reads the rest of a content directly, for a response that has begun.
   *
   * @param from first byte wanted
   * @param end the byte after the last one; absent for the end of the content
   * @return whether the client has got it
   */
  boolean finish(
      ProxyRequest request,
      Route.Origin origin,
      long from,
      OptionalLong end,
      ClientResponse response) {
    List<Map.Entry<String, String>> header = new ArrayList<>();
    HeaderFilter.forTask(request.header(), origin.registry().isPresent())
        .forEach((name, value) -> header.add(Map.entry(name, value)));
    header.add(Map.entry("Via", via));
    header.add(Map.entry("Accept-Encoding", "identity"));
    header.add(
        Map.entry("Range", "bytes=" + from + "-" + (end.isPresent() ? end.getAsLong() - 1 : "")));
    try (OriginAnswer answer =
        login.withLogin(
            request, origin, new OriginRequest(false, origin.url(), header), client::follow)) {
      boolean part =
          answer.status() == 206
              && answer.first("content-range").orElse("").startsWith("bytes " + from + "-");
      if (!part && answer.status() != 200) {
        return false;
      }
      return copyPart(answer, part ? 0 : from, end, from, response);
    }
  }

  private static boolean copyPart(
      OriginAnswer answer, long skip, OptionalLong end, long from, ClientResponse response) {
    ByteBuffer scratch = ByteBuffer.allocate(CHUNK);
    long left = skip;
    while (left > 0) {
      int length = answer.body().read(scratch.clear().limit((int) Math.min(CHUNK, left)));
      if (length < 0) {
        return false;
      }
      left -= length;
    }
    long wanted = end.isPresent() ? end.getAsLong() - from : Long.MAX_VALUE;
    while (wanted > 0) {
      int length = answer.body().read(scratch.clear().limit((int) Math.min(CHUNK, wanted)));
      if (length < 0) {
        return end.isEmpty();
      }
      wanted -= length;
      ByteBuf buffer = response.buffer(length);
      buffer.writeBytes(scratch.flip());
      if (!response.push(buffer)) {
        return false;
      }
    }
    return true;
  }
}
