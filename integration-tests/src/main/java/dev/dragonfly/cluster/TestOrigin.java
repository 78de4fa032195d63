package dev.dragonfly.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A web server with made-up files, which counts the bytes of content that it sends. What it sends
 * follows from the path, the seed and the length, so nothing is kept in memory.
 */
public final class TestOrigin implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");
  private static final int CHUNK = 64 << 10;

  private final HttpServer server;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Served> files = new ConcurrentHashMap<>();

  /** How a file is served. */
  public enum Manner {
    /** With ranges and an ETag. */
    RANGES,
    /** With ranges and nothing but Last-Modified to tell one version from another. */
    LAST_MODIFIED,
    /** With ranges and nothing that tells one version from another. */
    NO_VALIDATOR,
    NO_RANGES,
    NO_LENGTH;

    boolean hasRanges() {
      return this != NO_RANGES && this != NO_LENGTH;
    }
  }

  private static final class Served {
    final long length;
    final Manner manner;
    volatile long bytesPerSecond;
    final AtomicLong sent = new AtomicLong();
    final AtomicLong requests = new AtomicLong();
    final AtomicInteger version = new AtomicInteger();

    Served(long length, Manner manner, long bytesPerSecond) {
      this.length = length;
      this.manner = manner;
      this.bytesPerSecond = bytesPerSecond;
    }
  }

  public TestOrigin() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 256);
    } catch (IOException e) {
      throw new ClusterException("cannot start the origin", e);
    }
    server.setExecutor(executor);
    server.createContext("/", this::serve);
    server.start();
  }

  /** Makes a file up; returns its URL. */
  public String file(String path, long length) {
    return file(path, length, Manner.RANGES, 0);
  }

  /**
   * Makes a file up.
   *
   * @param bytesPerSecond how fast each answer is sent; 0 for no limit
   */
  public String file(String path, long length, Manner manner, long bytesPerSecond) {
    files.put(path, new Served(length, manner, bytesPerSecond));
    return url(path);
  }

  /** From now on each answer for the path is sent so fast; 0 for no limit. */
  public void pace(String path, long bytesPerSecond) {
    served(path).bytesPerSecond = bytesPerSecond;
  }

  /** The URL of a path, whether there is a file or not. */
  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** Bytes of content sent for the path. */
  public long sent(String path) {
    return served(path).sent.get();
  }

  /** Requests for the path. */
  public long requests(String path) {
    return served(path).requests.get();
  }

  /**
   * Puts other bytes of the same length in its place. Answers that have begun go on with the old
   * ones, as of a file that was replaced while it was open.
   */
  public void change(String path) {
    served(path).version.incrementAndGet();
  }

  private Served served(String path) {
    @Nullable Served file = files.get(path);
    if (file == null) {
      throw new ClusterException("the origin has no " + path);
    }
    return file;
  }

  /** SHA-256 of the file as it is now, 64 hex digits. */
  public String sha256(String path) {
    return sha256(path, served(path).version.get());
  }

  private String sha256(String path, int version) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[CHUNK];
      long length = served(path).length;
      for (long at = 0; at < length; at += CHUNK) {
        fill(chunk, path, version, at);
        digest.update(chunk, 0, (int) Math.min(CHUNK, length - at));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The bytes of the chunk at a multiple of the chunk length. */
  private static void fill(byte[] chunk, String path, int version, long at) {
    new SplittableRandom((path.hashCode() + 17L * version) * 31L + at).nextBytes(chunk);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/status/")) {
        exchange.sendResponseHeaders(Integer.parseInt(path.substring("/status/".length())), -1);
        return;
      }
      if (path.startsWith("/redirect/")) {
        exchange.getResponseHeaders().set("Location", "/" + path.substring("/redirect/".length()));
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      @Nullable Served file = files.get(path);
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      file.requests.incrementAndGet();
      answer(exchange, path, file);
    }
  }

  private static void answer(HttpExchange exchange, String path, Served file) throws IOException {
    long start = 0;
    long end = file.length;
    int status = 200;
    int version = file.version.get();
    @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
    if (file.manner.hasRanges()) {
      exchange.getResponseHeaders().set("Accept-Ranges", "bytes");
      validate(exchange, file, version);
      Matcher matcher = RANGE.matcher(String.valueOf(range));
      if (matcher.matches()) {
        start = Long.parseLong(matcher.group(1));
        end =
            matcher.group(2).isEmpty() ? end : Math.min(end, Long.parseLong(matcher.group(2)) + 1);
        if (start >= file.length) {
          exchange.getResponseHeaders().set("Content-Range", "bytes */" + file.length);
          exchange.sendResponseHeaders(416, -1);
          return;
        }
        status = 206;
        exchange
            .getResponseHeaders()
            .set("Content-Range", "bytes " + start + "-" + (end - 1) + "/" + file.length);
      }
    }
    boolean chunked = file.manner == Manner.NO_LENGTH;
    long length = end - start;
    exchange.sendResponseHeaders(status, chunked ? 0 : length == 0 ? -1 : length);
    if (length > 0) {
      send(exchange.getResponseBody(), path, version, file, start, end);
    }
  }

  private static void validate(HttpExchange exchange, Served file, int version) {
    if (file.manner == Manner.RANGES) {
      exchange.getResponseHeaders().set("ETag", "\"" + file.length + "-" + version + "\"");
    } else if (file.manner == Manner.LAST_MODIFIED) {
      String second = "%02d".formatted(version);
      exchange
          .getResponseHeaders()
          .set("Last-Modified", "Sat, 28 Nov 2026 12:00:" + second + " GMT");
    }
  }

  private static void send(
      OutputStream out, String path, int version, Served file, long start, long end)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    long at = start;
    long began = System.nanoTime();
    while (at < end) {
      long chunkStart = at / CHUNK * CHUNK;
      fill(chunk, path, version, chunkStart);
      int from = (int) (at - chunkStart);
      int length = (int) Math.min(CHUNK - from, end - at);
      out.write(chunk, from, length);
      at += length;
      file.sent.addAndGet(length);
      long rate = file.bytesPerSecond;
      if (rate > 0) {
        long due = began + (at - start) * 1_000_000_000L / rate;
        LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
      }
    }
    out.close();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
