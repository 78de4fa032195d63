package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.dfdaemon.net.Headers;
import dev.dragonfly.dfdaemon.proxy.registry.Gatekeeper;
import dev.dragonfly.dfdaemon.proxy.registry.HeaderFilter;
import dev.dragonfly.dfdaemon.proxy.registry.PossessionProofs;
import dev.dragonfly.dfdaemon.proxy.registry.RegistryLogin;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.DownloadRequest;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import java.util.HashMap;
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

  /** Without a byte in between; an origin that gives some each time is asked on. */
  private static final int MAX_ATTEMPTS = 3;

  private final ProxyContext context;
  private final Registries registries;
  private final ProxyLimits limits;
  private final ProxyMetrics metrics;

  /** Who speaks with origins. */
  record Registries(
      RegistryRelay relay, RegistryLogin login, Gatekeeper gatekeeper, PossessionProofs proofs) {}

  TaskAnswer(
      ProxyContext context, Registries registries, ProxyLimits limits, ProxyMetrics metrics) {
    this.context = context;
    this.registries = registries;
    this.limits = limits;
    this.metrics = metrics;
  }

  void answer(ProxyRequest request, Route.ViaTask route, ClientResponse response) {
    TaskId task = route.task();
    String how = "registry";
    try {
      if (!registries.gatekeeper().letsIn(request.caller(), route.origin(), route.spec(), task)) {
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
      if (!answerBody(request, route, held, response)) {
        how = "registry";
        relay(request, route, response);
      }
    } finally {
      LOG.info(
          "proxied task={} url={} client={} range={} status={} bytes={} from={} first_byte_millis={} millis={} whole={}",
          task,
          route.spec().publicUrl(),
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

  private void relay(ProxyRequest request, Route.ViaTask route, ClientResponse response) {
    boolean follow = route.origin().registry().isPresent();
    boolean grants = route.what() == Route.Content.MANIFEST;
    registries
        .relay()
        .relay(request, new Route.PassThrough(route.origin(), follow, grants), response);
  }

  private void answerHead(
      ProxyRequest request,
      Route.ViaTask route,
      Optional<StoredTask> held,
      ClientResponse response) {
    if (held.isEmpty() || !isReleased(request, route, held.get())) {
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

  static PossessionProofs.Wanted wanted(Route.ViaTask route) {
    return new PossessionProofs.Wanted(route.origin(), route.spec().digest());
  }

  /** The length of a content is told as its first byte is given. */
  private boolean isReleased(ProxyRequest request, Route.ViaTask route, StoredTask stored) {
    long length = stored.facts().contentLength().orElse(0);
    try {
      return length == 0
          || registries.proofs().until(request.caller(), wanted(route), stored, 0, length) > 0;
    } catch (DragonflyException e) {
      LOG.info("not told from the cache task={} cause={}", stored.id(), e.getMessage());
      return false;
    }
  }

  /** Answers from the task; false, with nothing sent, where the registry is to answer instead. */
  private boolean answerBody(
      ProxyRequest request,
      Route.ViaTask route,
      Optional<StoredTask> held,
      ClientResponse response) {
    RangeRequest range = range(request, route);
    Optional<ByteRange> bytes = range.beforeLength();
    if (range instanceof RangeRequest.Suffix) {
      OptionalLong length =
          held.isPresent()
              ? held.get().facts().contentLength()
              : registries.gatekeeper().length(request.caller(), route.origin());
      if (length.isEmpty()) {
        return false;
      }
      bytes = range.within(length.getAsLong());
    }
    Optional<RunningDownload> begun = begin(downloadRequest(request, route, bytes));
    if (begun.isEmpty()) {
      return false;
    }
    BlobResponseWriter.Outcome outcome;
    try (RunningDownload download = begun.get();
        BlobResponseWriter writer =
            new BlobResponseWriter(
                download,
                range,
                context.disk(),
                limits,
                response,
                (stored, from, readable) ->
                    registries
                        .proofs()
                        .until(request.caller(), wanted(route), stored, from, readable),
                context.time())) {
      outcome =
          writer.write(sent -> {
            grant(request, route, download.stored());
            sendHead(route, range, sent, download.stored(), held.isPresent(), response);
          });
    }
    switch (outcome) {
      case BlobResponseWriter.Outcome.Over over -> {}
      case BlobResponseWriter.Outcome.OutOfRange behind ->
          response.full(
              416,
              Headers.of(
                  "Content-Range",
                  "bytes */" + behind.contentLength(),
                  "Content-Type",
                  OciError.MEDIA_TYPE),
              OciError.json("RANGE_INVALID", "the range begins behind the end of the content"));
      case BlobResponseWriter.Outcome.Stuck stuck -> helpOut(request, route, stuck, response);
    }
    return true;
  }

  /** Absent for what the cluster's block list refuses: no pull fails for a rule about sharing. */
  private Optional<RunningDownload> begin(DownloadRequest request) {
    try {
      return Optional.of(context.runner().run(request));
    } catch (DragonflyException e) {
      if (e.code() == ErrorCode.PERMISSION_DENIED) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** He gets the manifest, and asks for what it names when he has read it. */
  private void grant(ProxyRequest request, Route.ViaTask route, StoredTask stored) {
    if (route.what() == Route.Content.MANIFEST) {
      registries
          .gatekeeper()
          .gaveManifest(request.caller(), route.origin(), ManifestType.content(stored));
    }
  }

  /** A part of another version than the client has is of no use. */
  static RangeRequest range(ProxyRequest request, Route.ViaTask route) {
    Optional<String> condition = request.first("if-range");
    if (condition.isPresent()
        && route
            .spec()
            .digest()
            .filter(digest -> condition.get().contains(digest.toString()))
            .isEmpty()) {
      return new RangeRequest.Whole();
    }
    return request
        .first("range")
        .flatMap(RangeRequest::ofHeader)
        .orElseGet(RangeRequest.Whole::new);
  }

  private DownloadRequest downloadRequest(
      ProxyRequest request, Route.ViaTask route, Optional<ByteRange> bytes) {
    Map<String, String> header =
        new HashMap<>(
            HeaderFilter.forTask(request.caller().header(), route.origin().registry().isPresent())
                .toMap());
    header.merge("via", context.via(), (theirs, ours) -> theirs + ", " + ours);
    registries
        .login()
        .authorization(request.caller(), route.origin())
        .ifPresent(authorization -> header.put("authorization", authorization));
    TaskSpec spec = route.spec().withRequestHeader(header);
    return new DownloadRequest(spec, bytes, false, false, 0, Optional.empty());
  }

  static void sendHead(
      Route.ViaTask route,
      RangeRequest range,
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
  void helpOut(
      ProxyRequest request,
      Route.ViaTask route,
      BlobResponseWriter.Outcome.Stuck stuck,
      ClientResponse response) {
    TaskId task = route.task();
    DragonflyException why = stuck.why();
    if (why.code() == ErrorCode.DIGEST_MISMATCH) {
      context.tellSchedulers().accept(task);
      throw why;
    }
    LOG.info(
        "reading directly task={} position={} code={} cause={}",
        task,
        stuck.position(),
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
    finish(request, route, stuck.position() - response.bytes(), stuck.end(), response);
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
        if (registries.relay().finish(request, route.origin(), start + before, end, response)) {
          response.end();
          return;
        }
        throw new DragonflyException(
            ErrorCode.UNAVAILABLE,
            "the origin did not give the rest of %s from byte %d on"
                .formatted(route.spec().publicUrl(), start + response.bytes()));
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
