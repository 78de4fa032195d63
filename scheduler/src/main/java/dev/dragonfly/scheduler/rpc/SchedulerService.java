package dev.dragonfly.scheduler.rpc;

import com.google.protobuf.Empty;
import dev.dragonfly.api.common.v2.Peer;
import dev.dragonfly.api.common.v2.Task;
import dev.dragonfly.api.scheduler.v2.AnnounceHostRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.api.scheduler.v2.DeleteHostRequest;
import dev.dragonfly.api.scheduler.v2.DeletePeerRequest;
import dev.dragonfly.api.scheduler.v2.DeleteTaskRequest;
import dev.dragonfly.api.scheduler.v2.ListHostsRequest;
import dev.dragonfly.api.scheduler.v2.ListHostsResponse;
import dev.dragonfly.api.scheduler.v2.PreheatFileRequest;
import dev.dragonfly.api.scheduler.v2.PreheatImageRequest;
import dev.dragonfly.api.scheduler.v2.SchedulerGrpc;
import dev.dragonfly.api.scheduler.v2.StatFileRequest;
import dev.dragonfly.api.scheduler.v2.StatFileResponse;
import dev.dragonfly.api.scheduler.v2.StatImageRequest;
import dev.dragonfly.api.scheduler.v2.StatImageResponse;
import dev.dragonfly.api.scheduler.v2.StatPeerRequest;
import dev.dragonfly.api.scheduler.v2.StatTaskRequest;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.HostMapper;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.gc.ExpiredHosts;
import dev.dragonfly.scheduler.resource.PeerRecord;
import dev.dragonfly.scheduler.resource.TaskView;
import dev.dragonfly.scheduler.session.SessionServices;
import dev.dragonfly.scheduler.store.Graph;
import dev.dragonfly.scheduler.store.SampleSize;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The service that daemons talk to. The families of tasks other than the standard one are answered
 * with UNIMPLEMENTED by the generated base class.
 */
public final class SchedulerService extends SchedulerGrpc.SchedulerImplBase {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(24);
  private static final int INTERVALS_TO_LIVE = 3;
  private static final SampleSize STAT_SAMPLE = new SampleSize(50, 10, 10);

  private final SessionServices services;
  private final Graph graph;
  private final DaemonClient seeds;
  private final ExpiredHosts hosts;
  private final CallerCheck callers;
  private final PreheatCalls preheats;
  private final Unary unary;
  private final String instance;
  private final AtomicLong streams = new AtomicLong();

  /**
   * @param instance names this process, unique in the cluster
   */
  public SchedulerService(
      SessionServices services,
      DaemonClient seeds,
      ExpiredHosts hosts,
      CallerCheck callers,
      PreheatCalls preheats,
      String instance) {
    this.services = services;
    this.graph = services.graph();
    this.seeds = seeds;
    this.hosts = hosts;
    this.callers = callers;
    this.preheats = preheats;
    this.unary = new Unary(services.executor());
    this.instance = instance;
  }

  @Override
  public StreamObserver<AnnouncePeerRequest> announcePeer(
      StreamObserver<AnnouncePeerResponse> responses) {
    return new AnnounceAdapter(
        (ServerCallStreamObserver<AnnouncePeerResponse>) responses,
        services,
        seeds,
        callers.ofThisCall(),
        instance + "-" + streams.incrementAndGet());
  }

  @Override
  public void announceHost(AnnounceHostRequest request, StreamObserver<Empty> observer) {
    unary.answer(
        observer,
        () -> {
          if (!request.hasHost()) {
            throw invalid("host is required");
          }
          Host host = HostMapper.fromProto(request.getHost());
          // Together with the check of the address this means: no id but one's own can be
          // announced.
          if (!host.id().value().startsWith(host.ip() + "-")) {
            throw invalid(
                "host.id '%s' must begin with the address of the host, '%s-'"
                    .formatted(host.id(), host.ip()));
          }
          callers.require(host);
          graph.hosts().announce(host, interval(request).multipliedBy(INTERVALS_TO_LIVE));
          services.hosts().announced(host);
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void listHosts(ListHostsRequest request, StreamObserver<ListHostsResponse> observer) {
    unary.answer(
        observer,
        () -> {
          ListHostsResponse.Builder response = ListHostsResponse.newBuilder();
          for (Host host : graph.hosts().list()) {
            if (!request.hasType() || request.getType() == host.type().number()) {
              response.addHosts(HostMapper.toProto(host));
            }
          }
          return response.build();
        });
  }

  @Override
  public void deleteHost(DeleteHostRequest request, StreamObserver<Empty> observer) {
    unary.answer(
        observer,
        () -> {
          Host host = ownHost(request.getHostId());
          hosts.remove(host.id());
          services.hosts().changed(host.id());
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void statPeer(StatPeerRequest request, StreamObserver<Peer> observer) {
    unary.answer(
        observer,
        () -> {
          TaskId task = parse("task_id", request.getTaskId(), TaskId::new);
          PeerId id = parse("peer_id", request.getPeerId(), PeerId::new);
          PeerRecord peer = graph.peers().find(task, id).orElseThrow(() -> notFound("peer " + id));
          return StatMapper.peer(peer, task(task));
        });
  }

  @Override
  public void deletePeer(DeletePeerRequest request, StreamObserver<Empty> observer) {
    unary.answer(
        observer,
        () -> {
          HostId host = parse("host_id", request.getHostId(), HostId::new);
          PeerId peer = parse("peer_id", request.getPeerId(), PeerId::new);
          requireOwner(host, peer);
          // A host that is unknown has nothing to lose; upstream knows no error here.
          graph.hosts().find(host).ifPresent(callers::require);
          graph.peers().delete(parse("task_id", request.getTaskId(), TaskId::new), peer);
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void statTask(StatTaskRequest request, StreamObserver<Task> observer) {
    unary.answer(observer, () -> task(parse("task_id", request.getTaskId(), TaskId::new)));
  }

  @Override
  public void deleteTask(DeleteTaskRequest request, StreamObserver<Empty> observer) {
    unary.answer(
        observer,
        () -> {
          TaskId task = parse("task_id", request.getTaskId(), TaskId::new);
          HostId host = ownHost(request.getHostId()).id();
          graph.peers().deleteHost(host, List.of(task));
          graph.hosts().part(host, List.of(task));
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void preheatImage(PreheatImageRequest request, StreamObserver<Empty> observer) {
    unary.answer(
        observer,
        () -> {
          preheats.preheatImage(request);
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void preheatFile(PreheatFileRequest request, StreamObserver<Empty> observer) {
    unary.answer(
        observer,
        () -> {
          preheats.preheatFile(request);
          return Empty.getDefaultInstance();
        });
  }

  @Override
  public void statImage(StatImageRequest request, StreamObserver<StatImageResponse> observer) {
    unary.answer(observer, () -> preheats.statImage(request));
  }

  @Override
  public void statFile(StatFileRequest request, StreamObserver<StatFileResponse> observer) {
    unary.answer(observer, () -> preheats.statFile(request));
  }

  /** The host that the caller names, if it is there and the caller's. */
  private Host ownHost(String id) {
    HostId host = parse("host_id", id, HostId::new);
    Host known = graph.hosts().find(host).orElseThrow(() -> notFound("host " + host));
    callers.require(known);
    return known;
  }

  private Task task(TaskId id) {
    TaskView view = graph.tasks().look(id, STAT_SAMPLE);
    return StatMapper.task(
        view.task().orElseThrow(() -> notFound("task " + id)), view, graph.tasks().pieces(id));
  }

  private static Duration interval(AnnounceHostRequest request) {
    if (!request.hasInterval()) {
      return DEFAULT_INTERVAL;
    }
    Duration asked =
        Duration.ofSeconds(request.getInterval().getSeconds(), request.getInterval().getNanos());
    if (asked.compareTo(SHORTEST_INTERVAL) < 0) {
      return asked.isZero() ? DEFAULT_INTERVAL : SHORTEST_INTERVAL;
    }
    return asked.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : asked;
  }

  /** Throws INVALID_ARGUMENT for a peer whose id is not one of the host. */
  static void requireOwner(HostId host, PeerId peer) {
    if (!host.owns(peer)) {
      throw invalid("peer_id '%s' is not one of host '%s'".formatted(peer, host));
    }
  }

  static <T> T parse(String field, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (IllegalArgumentException e) {
      throw new DragonflyException(ErrorCode.INVALID_ARGUMENT, field + ": " + e.getMessage(), e);
    }
  }

  static DragonflyException notFound(String what) {
    return new DragonflyException(ErrorCode.NOT_FOUND, what + " not found");
  }

  private static DragonflyException invalid(String message) {
    return new DragonflyException(ErrorCode.INVALID_ARGUMENT, message);
  }
}
