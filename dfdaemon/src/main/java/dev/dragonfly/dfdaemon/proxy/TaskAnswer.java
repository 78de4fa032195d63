package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with shared content. Whatever goes wrong with sharing, the client gets its bytes from the
 * origin within the same response; only a wrong digest ends it. Blocks; on virtual threads.
 */
final class TaskAnswer {
  private static final Logger LOG = LoggerFactory.getLogger(TaskAnswer.class);
  private static final int MAX_ATTEMPTS = 3;

  private final ProxyContext context;
  private final RegistryRelay relay;
  private final RegistryLogin login;
  private final Gatekeeper gatekeeper;
  private final ProxyLimits limits;
  private final ProxyMetrics metrics;

  TaskAnswer(
      ProxyContext context,
      RegistryRelay relay,
      RegistryLogin login,
      Gatekeeper gatekeeper,
      ProxyLimits limits,
      ProxyMetrics metrics) {
    this.context = context;
    this.relay = relay;
    this.login = login;
    this.gatekeeper = gatekeeper;
    this.limits = limits;
    this.metrics = metrics;
  }

  void answer(ProxyRequest request, Route.ViaTask route, ClientResponse response) {
    TaskId task = taskId(route);
    String how = "registry";
    try {
      if (!gatekeeper.letsIn(request, route, task)) {
        relay(request, route, response);
        return;
      }
      Optional<StoredTask> held = context.store().find(task).filter(StoredTask::isComplete);
      if (request.isHead()) {
        how = held.isPresent() ? "cache" : how;
        answerHead(request, route, held, response);
        return;
      }
      how = held.isPresent() ? "cache" : "peers";
      answerBody(request, route, held, response);
    } finally {
      LOG.info(
          "proxied task={} url={} client={} range={} status={} bytes={} from={} first_byte_millis={} millis={} whole={}",
          task,
          urlToLog(route.origin().url()),
          request.client().getHostAddress(),
          request.first("range").orElse("-"),
          response.status(),
          response.bytes(),
          how,
          response.toFirstByte().toMillis(),
          response.sinceStart().toMillis(),
          response.isEnded());
    }
  }

  /** The same id that the runner computes; that of a blob is its digest. */
  private static TaskId taskId(Route.ViaTask route) {
    return route.what() == Route.Content.BLOB
        ? new TaskId(route.spec().digest().orElseThrow().encoded())
        : TaskIdCalculator.taskId(route.spec());
  }

  /** Queries may be signatures. */
  private static String urlToLog(String url) {
    int query = url.indexOf('?');
    return query < 0 ? url : url.substring(0, query);
  }

  private void relay(ProxyRequest request, Route.ViaTask route, ClientResponse response) {
    boolean follow = route.origin().registry().isPresent();
    boolean grants = route.what() == Route.Content.MANIFEST;
    relay.relay(request, new Route.PassThrough(route.origin(), follow, grants), response);
  }

  private void answerHead(
      ProxyRequest request,
      Route.ViaTask route,
      Optional<StoredTask> held,
      ClientResponse response) {
    if (held.isEmpty()) {
      relay(request, route, response);
      return;
    }
    StoredTask stored = held.get();
    response.head(
        200,
        ContentHeader.of(route, stored, Optional.empty(), true),
        stored.facts().contentLength());
    response.end();
  }

  private void answerBody(
      ProxyRequest request,
      Route.ViaTask route,
      Optional<StoredTask> held,
      ClientResponse response) {
    RequestedRange range = range(request, route);
    Optional<ByteRange> bytes = range.beforeLength();
    if (range instanceof RequestedRange.Suffix) {
      OptionalLong length =
          held.isPresent() ? held.get().facts().contentLength() : gatekeeper.length(request, route);
      if (length.isEmpty()) {
        relay(request, route, response);
        return;
      }
      bytes = range.within(length.getAsLong());
    }
    BlobResponseWriter.Outcome outcome;
    long position;
    OptionalLong end;
    try (RunningDownload download = context.runner().run(downloadRequest(request, route, bytes));
        BlobResponseWriter writer =
            new BlobResponseWriter(
                download, range, context.disk(), limits, response, new Arrivals(context.time()))) {
      outcome =
          writer.write(
              sent -> sendHead(route, range, sent, download.stored(), held.isPresent(), response));
      position = writer.position();
      end = writer.end();
    }
    switch (outcome) {
      case BlobResponseWriter.Outcome.Over over -> {}
      case BlobResponseWriter.Outcome.OutOfRange behind ->
          response.full(
              416,
              List.of(
                  Map.entry("Content-Range", "bytes */" + behind.contentLength()),
                  Map.entry("Content-Type", OciError.MEDIA_TYPE)),
              OciError.json("RANGE_INVALID", "the range begins behind the end of the content"));
      case BlobResponseWriter.Outcome.Stuck stuck ->
          helpOut(request, route, stuck.why(), position, end, response);
    }
  }

  /** A part of another version than the client has is of no use. */
  private static RequestedRange range(ProxyRequest request, Route.ViaTask route) {
    Optional<String> condition = request.first("if-range");
    if (condition.isPresent()
        && route
            .spec()
            .digest()
            .filter(digest -> condition.get().contains(digest.toString()))
            .isEmpty()) {
      return new RequestedRange.Whole();
    }
    return RequestedRange.parse(request.first("range").orElse(null));
  }

  private DownloadRequest downloadRequest(
      ProxyRequest request, Route.ViaTask route, Optional<ByteRange> bytes) {
    Map<String, String> header =
        new HashMap<>(
            HeaderFilter.forTask(request.header(), route.origin().registry().isPresent()));
    header.merge("via", context.via(), (theirs, ours) -> theirs + ", " + ours);
    login
        .authorization(request, route.origin())
        .ifPresent(authorization -> header.put("authorization", authorization));
    TaskSpec spec = route.spec().withRequestHeader(header);
    return new DownloadRequest(spec, bytes, false, false, 0, Optional.empty());
  }

  private static void sendHead(
      Route.ViaTask route,
      RequestedRange range,
      Optional<ByteRange> sent,
      StoredTask stored,
      boolean finished,
      ClientResponse response) {
    boolean part = range.isPart() && sent.isPresent();
    response.head(
        part ? 206 : 200,
        ContentHeader.of(route, stored, part ? sent : Optional.empty(), finished),
        sent.isPresent() ? OptionalLong.of(sent.get().length()) : OptionalLong.empty());
  }

  /** Bytes stopped coming from peers: the origin gives the rest, unless its bytes are wrong. */
  private void helpOut(
      ProxyRequest request,
      Route.ViaTask route,
      DragonflyException why,
      long position,
      OptionalLong end,
      ClientResponse response) {
    TaskId task = taskId(route);
    if (why.code() == ErrorCode.DIGEST_MISMATCH) {
      context.tellSchedulers().accept(task);
      throw why;
    }
    LOG.info(
        "reading directly task={} position={} code={} cause={}",
        task,
        position,
        why.code(),
        why.getMessage());
    metrics.helpedOut();
    if (!response.isStarted()) {
      relay(request, route, response);
      return;
    }
    if (why.code() == ErrorCode.SOURCE_CHANGED) {
      throw why;
    }
    finish(request, route, position - response.bytes(), end, response);
  }

  /** Reads on from where the client is, again when the origin breaks off in between. */
  private void finish(
      ProxyRequest request,
      Route.ViaTask route,
      long start,
      OptionalLong end,
      ClientResponse response) {
    for (int attempt = 1; ; attempt++) {
      long before = response.bytes();
      try {
        if (relay.finish(request, route.origin(), start + before, end, response)) {
          response.end();
          return;
        }
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "the origin did not give the rest of %s from byte %d on"
                .formatted(urlToLog(route.origin().url()), start + response.bytes()));
      } catch (DragonflyException e) {
        if (attempt >= MAX_ATTEMPTS || !response.isOpen()) {
          throw e;
        }
        attempt = response.bytes() > before ? 0 : attempt;
        LOG.info("origin broke off, asking again cause={}", e.getMessage());
      }
    }
  }
}
