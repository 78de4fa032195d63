package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.proxy.registry.Gatekeeper;
import dev.dragonfly.dfdaemon.proxy.registry.KnownRegistries;
import dev.dragonfly.dfdaemon.proxy.registry.PossessionProofs;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryLogin;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers requests: from the cache on the event loop that read them, others on virtual threads of
 * their own.
 */
final class ProxyAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(ProxyAnswers.class);

  private final ProxyRouter router;
  private final KnownRoutes known;
  private final RequestGate gate;
  private final RegistryRelay relay;
  private final TaskAnswer tasks;
  private final CachedAnswers cached;
  private final ProxyLimits limits;
  private final ProxyMetrics metrics;
  private final String via;

  ProxyAnswers(ProxyConfig config, ProxyContext context, ProxyMetrics metrics) {
    KnownRegistries registries = new KnownRegistries(config.registries(), config.defaultRegistry());
    this.router = new ProxyRouter(config, registries);
    this.known = new KnownRoutes(router::route);
    this.limits = config.limits();
    this.gate = new RequestGate(limits.requests(), limits.queue());
    this.metrics = metrics;
    this.via = context.via();
    RegistryLogin login = new RegistryLogin(registries, context.origins(), context.time());
    Gatekeeper gatekeeper =
        new Gatekeeper(context.origins(), login, context.time(), context.store());
    PossessionProofs proofs =
        new PossessionProofs(context.origins(), login, context.sent(), context.random());
    this.relay = new RegistryRelay(context.origins(), login, gatekeeper, via);
    TaskAnswer.Registries all = new TaskAnswer.Registries(relay, login, gatekeeper, proofs);
    this.tasks = new TaskAnswer(context, all, limits, metrics);
    this.cached = new CachedAnswers(context, all, gate, limits);
  }

  /** Returns when nothing is being answered, at the latest after the wait. */
  void drain(Duration wait) {
    gate.drain(wait);
    cached.close();
  }

  /**
   * Begins to answer; does not block.
   *
   * @param over run once at the end, by any thread, maybe before this returns
   */
  void answer(ProxyRequest request, ClientResponse response, Runnable over) {
    metrics.began();
    if (isMirrored(request)) {
      Route route = request.known().route;
      if (route == null) {
        route = route(request);
        request.known().route = route;
      }
      if (route instanceof Route.ViaTask task
          && cached.takes(
              request,
              task,
              response,
              outcome -> fromCache(request, task, response, outcome, over))) {
        metrics.answeredAtOnce();
        return;
      }
    }
    onThread(() -> answer(request, response), over);
  }

  private static void onThread(Runnable action, Runnable over) {
    Threads.virtual(
        "proxy",
        () -> {
          try {
            action.run();
          } finally {
            over.run();
          }
        });
  }

  private void answer(ProxyRequest request, ClientResponse response) {
    Route route = route(request);
    guarded(
        request,
        route,
        response,
        () -> gate.run(patience(route), () -> follow(request, route, response)));
  }

  /** Other URLs are compared with the rules of the configuration, which may take a while. */
  private static boolean isMirrored(ProxyRequest request) {
    return request.target().startsWith("/v2/")
        && (request.isHead() || request.method().equals("GET"));
  }

  /** With a turn at the gate. */
  private void fromCache(
      ProxyRequest request,
      Route.ViaTask route,
      ClientResponse response,
      BlobResponseWriter.Outcome outcome,
      Runnable over) {
    if (outcome instanceof BlobResponseWriter.Outcome.Stuck stuck) {
      Runnable rest = () -> gate.finish(() -> tasks.helpOut(request, route, stuck, response));
      onThread(() -> guarded(request, route, response, rest), over);
      return;
    }
    gate.leave();
    metrics.ended(route, response);
    over.run();
  }

  private void guarded(
      ProxyRequest request, Route route, ClientResponse response, Runnable action) {
    try {
      action.run();
    } catch (DragonflyException e) {
      fail(request, response, OciError.of(e));
    } catch (RuntimeException e) {
      LOG.warn("a proxied request failed request={}", request, e);
      fail(request, response, new OciError(500, "UNKNOWN", "internal error: " + e, "dfdaemon"));
    } finally {
      metrics.ended(route, response);
    }
  }

  private Route route(ProxyRequest request) {
    if (request.header().joined("via").filter(value -> value.contains(via)).isPresent()) {
      return new Route.Refuse(
          508,
          "UNSUPPORTED",
          "this request came through this proxy before: it would go in circles");
    }
    return isMirrored(request) ? known.route(request) : router.route(request);
  }

  /** A runtime that has a manifest cannot get its blobs elsewhere, so they may wait longer. */
  private Duration patience(Route route) {
    return route instanceof Route.ViaTask task && task.what() == Route.Content.BLOB
        ? limits.blobQueueWait()
        : limits.queueWait();
  }

  private void follow(ProxyRequest request, Route route, ClientResponse response) {
    switch (route) {
      case Route.ViaTask task -> tasks.answer(request, task, response);
      case Route.PassThrough pass -> relay.relay(request, pass, response);
      case Route.Refuse refuse ->
          fail(
              request,
              response,
              new OciError(refuse.status(), refuse.code(), refuse.message(), "proxy"));
      case Route.Greet greet ->
          response.full(200, Headers.of("Docker-Distribution-Api-Version", "registry/2.0"), "");
    }
  }

  private static void fail(ProxyRequest request, ClientResponse response, OciError error) {
    LOG.info(
        "request failed request={} status={} cause={}", request, error.status(), error.message());
    if (response.isStarted()) {
      response.abort();
      return;
    }
    Headers header = error.header();
    if (error.status() == 405) {
      header = header.plus("Allow", "GET, HEAD");
    }
    if (!request.method().equals("GET") && !request.isHead()) {
      header = header.plus("Connection", "close");
    }
    response.full(error.status(), header, error.json());
  }
}
