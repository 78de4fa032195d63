package dev.dragonfly.dfdaemon.proxy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the proxy did, as meters. Safe for any thread. */
final class ProxyMetrics {
  private final MeterRegistry registry;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final ConcurrentMap<String, OfRoute> ofRoutes = new ConcurrentHashMap<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Counter refusedConnections;
  private final Counter helpedOut;
  private final Counter atOnce;

  ProxyMetrics(MeterRegistry registry) {
    this.registry = registry;
    registry.gauge("dragonfly_dfdaemon_proxy_in_flight", inFlight);
    registry.gauge("dragonfly_dfdaemon_proxy_connections", connections);
    this.refusedConnections = registry.counter("dragonfly_dfdaemon_proxy_connections_refused");
    this.atOnce = registry.counter("dragonfly_dfdaemon_proxy_at_once");
    this.helpedOut = registry.counter("dragonfly_dfdaemon_proxy_read_directly");
  }

  void began() {
    inFlight.incrementAndGet();
  }

  /** A request is over, whatever came of it. */
  void ended(Route route, ClientResponse response) {
    inFlight.decrementAndGet();
    OfRoute meters = ofRoutes.computeIfAbsent(name(route), OfRoute::new);
    meters.requests(result(response)).increment();
    meters.bytes.increment((double) response.bytes());
    if (response.isStarted()) {
      meters.firstByte.record(response.toFirstByte());
    }
  }

  /** Meters of one route: looking them up in the registry takes longer than a cached answer. */
  private final class OfRoute {
    private final String name;
    private final Counter bytes;
    private final Timer firstByte;
    private final ConcurrentMap<String, Counter> results = new ConcurrentHashMap<>();

    OfRoute(String name) {
      this.name = name;
      this.bytes = registry.counter("dragonfly_dfdaemon_proxy_bytes", "route", name);
      this.firstByte = registry.timer("dragonfly_dfdaemon_proxy_first_byte", "route", name);
    }

    Counter requests(String result) {
      return results.computeIfAbsent(
          result,
          of -> registry.counter("dragonfly_dfdaemon_proxy_requests", "route", name, "result", of));
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
    if (!response.isEnded()) {
      return "broken";
    }
    return response.status() == 200 ? "2xx" : response.status() / 100 + "xx";
  }

  /** Bytes did not come from peers in time and were read from the origin for one client. */
  void helpedOut() {
    helpedOut.increment();
  }

  /** A request began to be answered from the cache, without asking anybody. */
  void answeredAtOnce() {
    atOnce.increment();
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
