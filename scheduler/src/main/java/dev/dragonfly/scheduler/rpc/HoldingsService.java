package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.ext.v1.Holding;
import dev.dragonfly.api.ext.v1.ReportHoldingsRequest;
import dev.dragonfly.api.ext.v1.ReportHoldingsResponse;
import dev.dragonfly.api.ext.v1.SchedulerExtGrpc;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.PeerState;
import dev.dragonfly.scheduler.resource.Standing;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.PeerStore.Held;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** Writes into the graph what hosts report to hold, so that whatever it lost is there again. */
public final class HoldingsService extends SchedulerExtGrpc.SchedulerExtImplBase {
  /** Reports come every 30 s; three may be lost. */
  private static final Duration REMEMBERED = Duration.ofSeconds(100);

  /** Now and then everything is wanted anyway: it renews the life of tasks. */
  private static final Duration OLDEST_REPORT = Duration.ofHours(24);

  private static final String OWNER = "holdings";

  private final Graph graph;
  private final Time time;
  private final Unary unary;

  public HoldingsService(Graph graph, Time time, Executor executor) {
    this.graph = graph;
    this.time = time;
    this.unary = new Unary(executor);
  }

  @Override
  public void reportHoldings(
      ReportHoldingsRequest request, StreamObserver<ReportHoldingsResponse> observer) {
    unary.answer(
        observer,
        () -> {
          HostId id = SchedulerService.parse("host_id", request.getHostId(), HostId::new);
          Arguments.atMost("holdings", request.getHoldingsCount(), FieldLimits.HOLDINGS);
          Host host =
              graph.hosts().find(id).orElseThrow(() -> SchedulerService.notFound("host " + id));
          return ReportHoldingsResponse.newBuilder().setSendAll(take(request, host)).build();
        });
  }

  /** Whether everything is to be sent. */
  private boolean take(ReportHoldingsRequest request, Host host) {
    if (request.getProbe()) {
      return !graph
          .hosts()
          .confirmHoldings(host.id(), request.getFingerprint(), REMEMBERED, OLDEST_REPORT);
    }
    graph
        .peers()
        .hold(
            request.getHoldingsList().stream()
                .filter(holding -> holding.getFinished() || !holding.getPieces().isEmpty())
                .map(holding -> held(holding, host))
                .toList());
    if (request.getLast()) {
      graph.hosts().rememberHoldings(host.id(), request.getFingerprint(), REMEMBERED);
    }
    return false;
  }

  private Held held(Holding holding, Host host) {
    TaskId task = SchedulerService.parse("task_id", holding.getTaskId(), TaskId::new);
    PeerId peer = SchedulerService.parse("peer_id", holding.getPeerId(), PeerId::new);
    TaskSpec spec = TaskMapper.toSpec(holding.getDownload()).withRequestHeader(Map.of());
    Instant now = time.now();
    Standing standing = holding.getFinished() ? Standing.FULL : Standing.PARTIAL;
    PeerRecord record =
        new PeerRecord(
            peer,
            task,
            host,
            holding.getFinished() ? PeerState.SUCCEEDED : PeerState.HOLDING,
            host.disableShared() ? Standing.NONE : standing,
            PieceMapper.bitmap("holdings.pieces", holding.getPieces()),
            0,
            OWNER,
            Optional.empty(),
            now,
            now);
    return new Held(spec, TaskMapper.fromFacts(holding.getFacts()), record);
  }
}
