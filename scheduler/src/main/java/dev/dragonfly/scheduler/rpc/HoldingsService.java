package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.ext.v1.Holding;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportHoldingsResponse;
import dev.dragonfly.api.ext.v1.ReportWrongContentRequest;
import dev.dragonfly.api.ext.v1.ReportWrongContentResponse;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.piece.PieceBitmap;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.common.wire.TaskIdentity;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.HostStore.Unreported;
import dev.dragonfly.scheduler.store.PeerStore.Held;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what hosts say of what they hold: reports, so that whatever the graph lost is there again
 * and what a host lost is gone, and complaints about wrong content.
 */
public final class HoldingsService extends SchedulerExtGrpc.SchedulerExtImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(HoldingsService.class);

  /** Reports come every 30 s; three may be lost. */
  private static final Duration REMEMBERED = Duration.ofSeconds(100);

  /** Now and then everything is wanted anyway: it renews the life of tasks. */
  private static final Duration OLDEST_REPORT = Duration.ofHours(24);

  private final Graph graph;
  private final CallerCheck callers;
  private final int blameLimit;
  private final Time time;
  private final Unary unary;

  /**
   * @param blameLimit hosts that must have got wrong bytes from a host before nobody gets it
   */
  public HoldingsService(
      Graph graph, CallerCheck callers, int blameLimit, Time time, Executor executor) {
    this.graph = graph;
    this.callers = callers;
    this.blameLimit = blameLimit;
    this.time = time;
    this.unary = new Unary(executor);
  }

  @Override
  public void reportHoldings(
      ReportHoldingsRequest request, StreamObserver<ReportHoldingsResponse> observer) {
    unary.answer(
        observer,
        () -> {
          Arguments.atMost("holdings", request.getHoldingsCount(), FieldLimits.HOLDINGS);
          return ReportHoldingsResponse.newBuilder()
              .setSendAll(take(request, host(request.getHostId())))
              .build();
        });
  }

  @Override
  public void reportWrongContent(
      ReportWrongContentRequest request, StreamObserver<ReportWrongContentResponse> observer) {
    unary.answer(
        observer,
        () -> {
          Arguments.atMost("blamed_host_ids", request.getBlamedHostIdsCount(), FieldLimits.PEERS);
          blame(request, host(request.getHostId()));
          return ReportWrongContentResponse.getDefaultInstance();
        });
  }

  private Host host(String text) {
    HostId id = SchedulerService.parse("host_id", text, HostId::new);
    Host host = graph.hosts().find(id).orElseThrow(() -> SchedulerService.notFound("host " + id));
    callers.require(host);
    return host;
  }

  private void blame(ReportWrongContentRequest request, Host reporter) {
    TaskId task = SchedulerService.parse("task_id", request.getTaskId(), TaskId::new);
    Set<HostId> blamed =
        request.getBlamedHostIdsList().stream()
            .map(id -> SchedulerService.parse("blamed_host_ids", id, HostId::new))
            .filter(id -> !id.equals(reporter.id()))
            .collect(Collectors.toSet());
    Set<HostId> distrusted = graph.peers().blame(task, reporter.id(), blamed, blameLimit);
    LOG.warn(
        "wrong content reported task={} reporter={} blamed={} distrusted={}",
        task,
        reporter.id(),
        blamed,
        distrusted);
  }

  /** Whether everything is to be sent. */
  private boolean take(ReportHoldingsRequest request, Host host) {
    if (request.getProbe()) {
      return !graph
          .hosts()
          .confirmHoldings(host.id(), request.getFingerprint(), REMEMBERED, OLDEST_REPORT);
    }
    List<Held> held =
        request.getHoldingsList().stream()
            .filter(holding -> !holding.getPieces().isEmpty())
            .flatMap(holding -> readable(holding, host).stream())
            .toList();
    graph.peers().hold(held);
    Set<TaskId> named = held.stream().map(one -> one.peer().taskId()).collect(Collectors.toSet());
    graph
        .hosts()
        .report(host.id(), request.getBatch(), named, request.getLast())
        .ifPresent(unreported -> retire(host.id(), unreported));
    if (request.getLast()) {
      graph.hosts().rememberHoldings(host.id(), request.getFingerprint(), REMEMBERED);
    }
    return false;
  }

  /** What a complete report does not name the host does not hold. */
  private void retire(HostId host, Unreported unreported) {
    graph.peers().retire(host, unreported.tasks(), unreported.asked());
    LOG.info("holdings replaced host={} gone={}", host, unreported.tasks().size());
  }

  /** One that cannot be right, of a task that another version kept perhaps, hides no others. */
  private Optional<Held> readable(Holding holding, Host host) {
    try {
      return Optional.of(held(holding, host));
    } catch (DragonflyException e) {
      LOG.debug("holding skipped host={} error={}", host.id(), e.getMessage());
      return Optional.empty();
    }
  }

  private Held held(Holding holding, Host host) {
    TaskId task = SchedulerService.parse("task_id", holding.getTaskId(), TaskId::new);
    PeerId peer = SchedulerService.parse("peer_id", holding.getPeerId(), PeerId::new);
    SchedulerService.requireOwner(host.id(), peer);
    TaskSpec spec = TaskIdentity.check(task, holding.getDownload());
    TaskFacts facts = TaskMapper.fromFacts(holding.getFacts());
    PieceBitmap pieces = PieceMapper.bitmap("holdings.pieces", holding.getPieces());
    int count = facts.pieceCount();
    boolean whole = count > 0 && pieces.toBitSet().get(0, count).cardinality() == count;
    Standing standing = whole ? Standing.FULL : Standing.PARTIAL;
    Instant now = time.now();
    PeerRecord record =
        new PeerRecord(
            peer,
            task,
            host,
            whole ? PeerState.SUCCEEDED : PeerState.HOLDING,
            host.disableShared() ? Standing.NONE : standing,
            pieces,
            0,
            PeerRecord.HOLDINGS,
            Optional.empty(),
            now,
            now);
    return new Held(spec, facts, record, holding.getReadSource());
  }
}
