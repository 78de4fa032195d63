package dev.dragonfly.common.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.function.BooleanSupplier;

/**
 * Serves {@code GET /metrics} (Prometheus text), and as 200 or 503 {@code GET /healthy}, which says
 * whether the process is worth keeping, and {@code GET /readyz}, whether it can work now.
 */
public final class MetricsServer implements AutoCloseable {
  private static final int BACKLOG = 64;

  private final HttpServer server;
  private final ExecutorService executor = Threads.newVirtualExecutor("metrics");

  /**
   * Starts serving for a process that is ready when it is healthy.
   *
   * @param address where to listen; port 0 for any free one
   * @throws DragonflyException CONFIG when the port is in use
   */
  public MetricsServer(InetSocketAddress address, Metrics metrics, BooleanSupplier healthy) {
    this(address, metrics, healthy, healthy);
  }

  /**
   * Starts serving.
   *
   * @param address where to listen; port 0 for any free one
   * @param ready may block: each question has a virtual thread
   * @throws DragonflyException CONFIG when the port is in use
   */
  public MetricsServer(
      InetSocketAddress address, Metrics metrics, BooleanSupplier healthy, BooleanSupplier ready) {
    try {
      server = HttpServer.create(address, BACKLOG);
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot listen for metrics on "
              + address
              + ": "
              + e.getMessage()
              + "; choose another metrics.port",
          e);
    }
    server.setExecutor(executor);
    server.createContext("/metrics", exchange -> answer(exchange, 200, metrics.scrape()));
    server.createContext("/healthy", exchange -> answer(exchange, healthy.getAsBoolean()));
    server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean()));
    server.start();
  }

  private static void answer(HttpExchange exchange, boolean ok) throws IOException {
    answer(exchange, ok ? 200 : 503, ok ? "ok\n" : "not serving\n");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
        return;
      }
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
      exchange.sendResponseHeaders(status, head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** The port on which it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
