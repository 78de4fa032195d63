package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.digest.Digest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.proxy.registry.Gatekeeper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers at once what needs nobody: a blob that is complete and matched, whose registry let this
 * caller have it a short while ago and has shown that it holds it. Everything else is for {@link
 * TaskAnswer}, as is the rest when the disk fails. Event loop of the connection; never blocks.
 */
final class CachedAnswers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CachedAnswers.class);

  private final ProxyContext context;
  private final TaskAnswer.Registries registries;
  private final RequestGate gate;
  private final ProxyLimits limits;
  private final OpenContents contents;

  /** What a request gets from the cache. */
  private record Hit(
      ProxyRequest request,
      Route.ViaTask route,
      StoredTask stored,
      RangeRequest range,
      ByteRange bytes) {}

  CachedAnswers(
      ProxyContext context,
      TaskAnswer.Registries registries,
      RequestGate gate,
      ProxyLimits limits) {
    this.context = context;
    this.registries = registries;
    this.gate = gate;
    this.limits = limits;
    this.contents = new OpenContents(context.store(), context.disk(), context.time());
  }

  /**
   * Takes the request over, with a turn at the gate, or leaves it alone.
   *
   * @param ended told once how it went, maybe before this returns; the turn is then his to give
   *     back
   */
  boolean takes(
      ProxyRequest request,
      Route.ViaTask route,
      ClientResponse response,
      Consumer<BlobResponseWriter.Outcome> ended) {
    Optional<Hit> hit = hit(request, route);
    if (hit.isEmpty() || !gate.tryEnter()) {
      return false;
    }
    if (request.isHead()) {
      giveHead(hit.get(), response);
      response
          .finish()
          .addListener(taken -> {
            if (taken.isSuccess()) {
              response.finished();
            }
            end(hit.get(), response, new BlobResponseWriter.Outcome.Over(), ended);
          });
      response.flush();
      return true;
    }
    StoredTask.Subscription using = hit.get().stored().use();
    Consumer<BlobResponseWriter.Outcome> used =
        outcome -> {
          using.close();
          end(hit.get(), response, outcome, ended);
        };
    Optional<OpenContents.Loan> open = contents.find(hit.get().stored());
    if (open.isPresent()) {
      send(hit.get(), open.get(), response, used);
    } else {
      open(hit.get(), response, used);
    }
    return true;
  }

  /** Says yes only to what {@link TaskAnswer} would answer in the same way. */
  private Optional<Hit> hit(ProxyRequest request, Route.ViaTask route) {
    if (route.what() != Route.Content.BLOB) {
      return Optional.empty(); // A manifest is read before it is given: it grants what it names.
    }
    Optional<StoredTask> held = context.runner().held(route.task(), route.spec());
    if (held.isEmpty()) {
      return Optional.empty();
    }
    StoredTask stored = held.get();
    long length = stored.facts().contentLength().orElse(0);
    RangeRequest range =
        request.isHead() ? new RangeRequest.Whole() : TaskAnswer.range(request, route);
    Optional<ByteRange> bytes = length == 0 ? Optional.empty() : range.within(length);
    return bytes
        .filter(wanted ->
            registries.proofs().hasShown(TaskAnswer.wanted(route), stored.id(), wanted)
                && registries.gatekeeper().hasLetIn(pass(request, route)))
        .map(wanted -> new Hit(request, route, stored, range, wanted));
  }

  private Gatekeeper.Pass pass(ProxyRequest request, Route.ViaTask route) {
    Gatekeeper.Pass pass = request.known().pass;
    if (pass == null) {
      Digest content = route.spec().digest().orElseThrow();
      pass = registries.gatekeeper().pass(request.caller(), route.origin(), content);
      request.known().pass = pass;
    }
    return pass;
  }

  private void open(Hit hit, ClientResponse response, Consumer<BlobResponseWriter.Outcome> ended) {
    contents
        .open(hit.stored())
        .whenComplete((loan, failure) ->
            response
                .loop()
                .execute(() -> {
                  if (failure == null) {
                    send(hit, loan, response, ended);
                    return;
                  }
                  String why = "task %s cannot be opened: %s".formatted(hit.stored().id(), failure);
                  ended.accept(
                      new BlobResponseWriter.Outcome.Stuck(
                          new DragonflyException(ErrorCode.UNAVAILABLE, why, failure),
                          hit.bytes().start(),
                          OptionalLong.of(hit.bytes().end())));
                }));
  }

  private void send(
      Hit hit,
      OpenContents.Loan loan,
      ClientResponse response,
      Consumer<BlobResponseWriter.Outcome> ended) {
    new CachedBody(
            response,
            loan.content(),
            hit.bytes(),
            limits.stallTimeout(),
            () -> giveHead(hit, response),
            outcome -> {
              loan.close();
              ended.accept(outcome);
            })
        .advance();
  }

  private static void giveHead(Hit hit, ClientResponse response) {
    if (hit.range().isPart()) {
      TaskAnswer.sendHead(
          hit.route(), hit.range(), Optional.of(hit.bytes()), hit.stored(), true, response);
    } else {
      response.headOf(200, headOfWhole(hit), OptionalLong.of(hit.bytes().length()));
    }
  }

  @SuppressWarnings("ReferenceEquality") // Other facts are another object; these are many.
  private static HttpHeaders headOfWhole(Hit hit) {
    Known known = hit.request().known();
    TaskFacts facts = hit.stored().facts();
    HttpHeaders head = known.head;
    if (head == null || known.facts != facts) {
      head =
          ClientResponse.prepared(
              ContentHeader.of(hit.route(), hit.stored(), Optional.empty(), true));
      known.head = head;
      known.facts = facts;
    }
    return head;
  }

  /** One line for each would cost more than the answer: what these answers sum up to is metered. */
  private static void end(
      Hit hit,
      ClientResponse response,
      BlobResponseWriter.Outcome outcome,
      Consumer<BlobResponseWriter.Outcome> ended) {
    if (LOG.isDebugEnabled()) {
      LOG.debug(
          "proxied task={} client={} range={} status={} bytes={} from=cache whole={}",
          hit.stored().id(),
          hit.request().client().getHostAddress(),
          hit.request().first("range").orElse("-"),
          response.status(),
          response.bytes(),
          response.isEnded());
    }
    ended.accept(outcome);
  }

  /** Closes the files that are kept open. */
  @Override
  public void close() {
    contents.close();
  }
}
