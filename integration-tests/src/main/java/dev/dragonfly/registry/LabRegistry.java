package dev.dragonfly.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A registry (pulls only) that cuts, drags and refuses when told so; counts what it sends. */
public final class LabRegistry implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int CHUNK = 64 << 10;

  private static final byte[] EMPTY_OBJECT = {'{', '}'};
  private static final Content GREETING = new Content(Image.digest(EMPTY_OBJECT), EMPTY_OBJECT);

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Content> answers = new ConcurrentHashMap<>();
  private final AtomicInteger cuts = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicLong sent = new AtomicLong();
  private volatile long bytesPerSecond;
  private volatile @Nullable Guard guard;

  /** With its digest, which would take longer than all else if it were computed each time. */
  @SuppressWarnings("ArrayRecordComponent") // sent as it is; compared nowhere
  private record Content(String digest, byte[] bytes) {}

  /** Who gets a token, and which one. */
  private record Guard(String login, String token) {}

  /** On loopback. */
  public LabRegistry() {
    this(InetAddress.getLoopbackAddress());
  }

  /** On an IP address of this machine, or of the network namespace of the calling thread. */
  public static LabRegistry at(String address) {
    return new LabRegistry(InetAddress.ofLiteral(address));
  }

  private LabRegistry(InetAddress address) {
    try {
      server = HttpServer.create(new InetSocketAddress(address, 0), 256);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(executor);
    server.createContext("/v2/", this::serve);
    server.createContext("/token", this::giveToken);
    server.start();
  }

  public String url() {
    InetSocketAddress address = server.getAddress();
    return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  /** Has this image from now on, and no other. */
  public void push(String repository, String tag, Image image) {
    answers.clear();
    String base = "/v2/" + repository;
    Content manifest = new Content(image.digest(), image.manifest());
    answers.put(base + "/manifests/" + tag, manifest);
    answers.put(base + "/manifests/" + image.digest(), manifest);
    image
        .blobs()
        .forEach(
            (digest, bytes) -> answers.put(base + "/blobs/" + digest, new Content(digest, bytes)));
  }

  /** Has this blob from now on, and no other; returns its digest. */
  public String push(String repository, byte[] blob) {
    String digest = Image.digest(blob);
    answers.clear();
    answers.put("/v2/" + repository + "/blobs/" + digest, new Content(digest, blob));
    return digest;
  }

  /**
   * Lets in only those who bring a token from now on; its own token service gives one to whoever
   * knows the login, {@code user:password}. Returns the token.
   */
  public String guard(String login) {
    Guard fresh = new Guard(login, UUID.randomUUID().toString());
    guard = fresh;
    return fresh.token();
  }

  /** Bytes of blobs and manifests that it has sent. */
  public long sent() {
    return sent.get();
  }

  /** The next so many large bodies end in their middle. */
  public void cut(int bodies) {
    cuts.set(bodies);
  }

  /** The next so many requests for blobs are answered 503. */
  public void refuse(int requests) {
    refusals.set(requests);
  }

  /** How fast each body is sent from now on; 0 for no limit. */
  public void drag(long rate) {
    bytesPerSecond = rate;
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      @Nullable Guard atDoor = guard;
      if (atDoor != null && !shown(exchange).equals("Bearer " + atDoor.token())) {
        exchange
            .getResponseHeaders()
            .set("WWW-Authenticate", "Bearer realm=\"" + url() + "/token\",service=\"lab\"");
        refuse(exchange, "authentication required");
        return;
      }
      String path = exchange.getRequestURI().getPath();
      @Nullable Content content = path.equals("/v2/") ? GREETING : answers.get(path);
      boolean blob = path.contains("/blobs/");
      if (blob && refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
        exchange.sendResponseHeaders(503, -1);
      } else if (content == null) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.getResponseHeaders().set("Docker-Content-Digest", content.digest());
        exchange
            .getResponseHeaders()
            .set("Content-Type", blob ? "application/octet-stream" : Image.MANIFEST_TYPE);
        answer(exchange, content.bytes());
      }
    }
  }

  private void giveToken(HttpExchange exchange) throws IOException {
    try (exchange) {
      @Nullable Guard service = guard;
      String login = service == null ? "" : service.login();
      String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
      if (service == null || !shown(exchange).equals("Basic " + basic)) {
        refuse(exchange, "incorrect username or password");
        return;
      }
      byte[] answer = ("{\"token\":\"" + service.token() + "\"}").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static String shown(HttpExchange exchange) {
    return String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private static void refuse(HttpExchange exchange, String words) throws IOException {
    byte[] answer =
        ("{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"" + words + "\"}]}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(401, answer.length);
    exchange.getResponseBody().write(answer);
  }

  private void answer(HttpExchange exchange, byte[] whole) throws IOException {
    int from = 0;
    int end = whole.length;
    int status = 200;
    Matcher range = RANGE.matcher(String.valueOf(exchange.getRequestHeaders().getFirst("Range")));
    if (range.matches()) {
      from = Integer.parseInt(range.group(1));
      end =
          range.group(2).isEmpty()
              ? whole.length
              : Math.min(whole.length, Integer.parseInt(range.group(2)) + 1);
      status = 206;
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + whole.length);
    }
    exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(end - from));
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, end - from);
    send(exchange.getResponseBody(), ByteBuffer.wrap(whole, from, end - from).slice());
  }

  private void send(OutputStream out, ByteBuffer body) throws IOException {
    boolean cut = body.limit() > CHUNK && cuts.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    int end = cut ? body.limit() / 2 : body.limit();
    long began = System.nanoTime();
    for (int at = 0; at < end; at += CHUNK) {
      int length = Math.min(CHUNK, end - at);
      out.write(body.array(), body.arrayOffset() + at, length);
      sent.addAndGet(length);
      long rate = bytesPerSecond;
      if (rate > 0) {
        LockSupport.parkNanos(began + at * 1_000_000_000L / rate - System.nanoTime());
      }
    }
    if (cut) {
      throw new IOException("cut here");
    }
    out.close();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
