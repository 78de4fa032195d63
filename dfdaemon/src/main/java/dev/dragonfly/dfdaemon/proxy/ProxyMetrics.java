package dev.dragonfly.dfdaemon.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** What the proxy did, as meters. Safe for any thread. */
final class ProxyMetrics {
  private final MeterRegistry registry;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final Counter refusedConnections;
  private final Counter helpedOut;

  ProxyMetrics(MeterRegistry registry) {
    this.registry = registry;
    registry.gauge("dragonfly_dfdaemon_proxy_in_flight", inFlight);
    registry.gauge("dragonfly_dfdaemon_proxy_connections", connections);
    this.refusedConnections = registry.counter("dragonfly_dfdaemon_proxy_connections_refused");
    this.helpedOut = registry.counter("dragonfly_dfdaemon_proxy_read_directly");
  }

  void began() {
    inFlight.incrementAndGet();
  }

  /** A request is over, whatever came of it. */
  void ended(Route route, ClientResponse response) {
    inFlight.decrementAndGet();
    String name = name(route);
    registry
        .counter("dragonfly_dfdaemon_proxy_requests", "route", name, "result", result(response))
        .increment();
    registry
        .counter("dragonfly_dfdaemon_proxy_bytes", "route", name)
        .increment((double) response.bytes());
    if (response.isStarted()) {
      registry
          .timer("dragonfly_dfdaemon_proxy_first_byte", "route", name)
          .record(response.toFirstByte());
    }
  }

  private static String name(Route route) {
    return switch (route) {
      case Route.ViaTask task -> "task";
      case Route.PassThrough pass -> "pass";
      case Route.Refuse refuse -> "refuse";
      case Route.Greet greet -> "greet";
    };
  }

  private static String result(ClientResponse response) {
    return response.isEnded() ? response.status() / 100 + "xx" : "broken";
  }

  /** Bytes did not come from peers in time and were read from the origin for one client. */
  void helpedOut() {
    helpedOut.increment();
  }

  void connected() {
    connections.incrementAndGet();
  }

  void disconnected() {
    connections.decrementAndGet();
  }

  void refusedConnection() {
    refusedConnections.increment();
  }
}
