package dev.dragonfly.common.registry;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A real HTTP server on loopback: a registry, a token service, or somebody hostile. */
final class TestServer implements AutoCloseable {
  private final HttpServer server;
  private final String scheme;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Handler> paths = new ConcurrentHashMap<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  /** What was asked. */
  record Seen(String path, String query, Headers headers) {
    Optional<String> header(String name) {
      return Optional.ofNullable(headers.getFirst(name));
    }
  }

  /** What is answered. */
  interface Handler {
    void answer(HttpExchange exchange) throws IOException;
  }

  private TestServer(HttpServer server, String scheme) {
    this.server = server;
    this.scheme = scheme;
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static TestServer start() throws IOException {
    return new TestServer(HttpServer.create(anyPort(), 0), "http");
  }

  static TestServer startTls(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create(anyPort(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return new TestServer(server, "https");
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  String url() {
    return scheme + "://127.0.0.1:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Seen> seen() {
    return seen;
  }

  Seen last() {
    return seen.getLast();
  }

  TestServer on(String path, Handler handler) {
    paths.put(path, handler);
    return this;
  }

  /** Serves a document under its digest and, where a tag is given, under that. */
  String manifest(String repository, String tag, String json) {
    String digest = "sha256:" + sha256(json);
    String base = "/v2/" + repository + "/manifests/";
    on(base + digest, exchange -> reply(exchange, 200, json));
    if (!tag.isEmpty()) {
      on(base + tag, exchange -> reply(exchange, 200, json));
    }
    return digest;
  }

  /** Serves nothing to whoever does not show this; refuses with the challenge. */
  TestServer guarded(String authorization, String challenge) {
    paths.replaceAll((path, handler) ->
        exchange -> {
          if (authorization.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            handler.answer(exchange);
          } else {
            exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
            reply(exchange, 401, "{\"errors\":[{\"message\":\"authentication required\"}]}");
          }
        });
    return this;
  }

  static void reply(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  static Handler redirect(int status, String to) {
    return exchange -> {
      exchange.getResponseHeaders().add("Location", to);
      reply(exchange, status, "");
    };
  }

  static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = exchange.getRequestURI().getQuery();
    seen.add(new Seen(path, query == null ? "" : query, exchange.getRequestHeaders()));
    Handler handler = paths.get(path);
    if (handler == null) {
      reply(
          exchange, 404, "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"not here\"}]}");
      return;
    }
    handler.answer(exchange);
  }
}
