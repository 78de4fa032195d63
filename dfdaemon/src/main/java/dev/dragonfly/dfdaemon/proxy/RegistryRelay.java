package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.oci.Manifest;
import dev.dragonfly.common.task.ContentRange;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.proxy.registry.Gatekeeper;
import dev.dragonfly.dfdaemon.proxy.registry.HeaderFilter;
import dev.dragonfly.dfdaemon.proxy.registry.Origin;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryLogin;
import dev.dragonfly.dfdaemon.source.OriginAnswer;
import dev.dragonfly.dfdaemon.source.OriginClient;
import dev.dragonfly.dfdaemon.source.OriginRequest;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Passes a request on to its origin and the answer back, whatever it is, as it comes. Blocks; on
 * virtual threads.
 */
final class RegistryRelay {
  private static final int CHUNK = 64 << 10;

  private final OriginClient client;
  private final RegistryLogin login;
  private final Gatekeeper gatekeeper;
  private final String via;

  /**
   * @param via how this proxy calls itself in Via headers
   */
  RegistryRelay(OriginClient client, RegistryLogin login, Gatekeeper gatekeeper, String via) {
    this.client = client;
    this.login = login;
    this.gatekeeper = gatekeeper;
    this.via = via;
  }

  /** Relays; an origin that cannot be reached is an exception before anything was answered. */
  void relay(ProxyRequest request, Route.PassThrough route, ClientResponse response) {
    try (OriginAnswer answer = ask(request, route)) {
      gatekeeper.refused(request.caller(), route.origin(), answer.status());
      boolean empty = request.isHead() || answer.status() == 304 || answer.status() == 204;
      boolean manifest = route.grants() && !empty && answer.status() == 200;
      Copied copied = new Copied(manifest ? Manifest.MAX_LENGTH : 0);
      response.head(status(answer, route.origin()), header(answer), answer.contentLength());
      response.flush();
      if (!empty && !copy(answer, copied, response)) {
        return;
      }
      // Before the client knows that this is all: he asks for what the manifest names at once.
      copied
          .whole()
          .ifPresent(text -> gatekeeper.gaveManifest(request.caller(), route.origin(), text));
      response.end();
    }
  }

  /** A runtime would hang on 429; it goes to the registry itself on 503. */
  private static int status(OriginAnswer answer, Origin origin) {
    return answer.status() == 429 && origin.registry().isPresent() ? 503 : answer.status();
  }

  private OriginAnswer ask(ProxyRequest request, Route.PassThrough route) {
    Headers header =
        request.caller().header().only(name -> !name.equals("content-length")).plus("Via", via);
    OriginRequest first = new OriginRequest(request.isHead(), route.origin().url(), header);
    return login.withLogin(
        request.caller(),
        route.origin(),
        first,
        asked -> route.followRedirects() ? client.follow(asked) : client.ask(asked));
  }

  private static Headers header(OriginAnswer answer) {
    return HeaderFilter.endToEnd(answer.header()).only(name -> !name.equals("content-length"));
  }

  /** Keeps what was copied, up to a limit. */
  private static final class Copied {
    private final int limit;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean whole;

    Copied(int limit) {
      this.limit = limit;
      this.whole = limit > 0;
    }

    void add(ByteBuffer part) {
      whole = whole && bytes.size() + part.remaining() <= limit;
      if (whole) {
        byte[] more = new byte[part.remaining()];
        part.get(more);
        bytes.writeBytes(more);
      }
    }

    Optional<InputStream> whole() {
      return whole ? Optional.of(new ByteArrayInputStream(bytes.toByteArray())) : Optional.empty();
    }
  }

  /** Copies the body; false when the client is gone. */
  private static boolean copy(OriginAnswer answer, Copied copied, ClientResponse response) {
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
      if (length > 0) {
        copied.add(buffer.nioBuffer(0, length));
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
      ProxyRequest request, Origin origin, long from, OptionalLong end, ClientResponse response) {
    Headers header =
        HeaderFilter.forTask(request.caller().header(), origin.registry().isPresent())
            .plus("Via", via)
            .plus("Accept-Encoding", "identity")
            .plus("Range", "bytes=" + from + "-" + (end.isPresent() ? end.getAsLong() - 1 : ""));
    OriginRequest first = new OriginRequest(false, origin.url(), header);
    try (OriginAnswer answer = login.withLogin(request.caller(), origin, first, client::follow)) {
      gatekeeper.refused(request.caller(), origin, answer.status());
      boolean part =
          answer.status() == 206
              && answer
                  .first("content-range")
                  .flatMap(ContentRange::parse)
                  .filter(range -> range.bytes().start() == from)
                  .isPresent();
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
