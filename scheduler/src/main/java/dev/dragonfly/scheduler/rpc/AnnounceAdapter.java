package dev.dragonfly.scheduler.rpc;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerRequest;
import dev.dragonfly.api.scheduler.v2.AnnouncePeerResponse;
import dev.dragonfly.common.announce.PeerEvent;
import dev.dragonfly.common.announce.ScheduleDecision;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.host.PeerId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.task.TaskSpec;
import dev.dragonfly.common.wire.DecisionMapper;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.PeerEventMapper;
import dev.dragonfly.common.wire.TaskIdentity;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.scheduler.client.DaemonClient;
import dev.dragonfly.scheduler.session.Answers;
import dev.dragonfly.scheduler.session.PeerSession;
import dev.dragonfly.scheduler.session.Registration;
import dev.dragonfly.scheduler.session.SessionServices;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One AnnouncePeer stream on the wire. Messages come on threads of gRPC, one at a time, and go to
 * the session's mailbox; at most {@code WINDOW} of them wait there. Answers come from the mailbox.
 */
final class AnnounceAdapter implements StreamObserver<AnnouncePeerRequest>, Answers {
  /** Few, because each may be as large as a message can be; they are handled in microseconds. */
  private static final int WINDOW = 4;

  private final ServerCallStreamObserver<AnnouncePeerResponse> wire;
  private final SessionServices services;
  private final DaemonClient seeds;
  private final Consumer<Host> admission;
  private final PeerSession session;
  private volatile @Nullable Stream stream;
  private boolean ended;

  /** What the first message says of all. */
  private record Stream(HostId host, TaskId task, PeerId peer, TaskSpec spec) {}

  /**
   * @param admission throws for a host that the caller may not speak for
   * @param owner names the stream, unique in the cluster
   */
  AnnounceAdapter(
      ServerCallStreamObserver<AnnouncePeerResponse> wire,
      SessionServices services,
      DaemonClient seeds,
      Consumer<Host> admission,
      String owner) {
    this.wire = wire;
    this.services = services;
    this.seeds = seeds;
    this.admission = admission;
    this.session = new PeerSession(services, this, owner);
    wire.setOnCancelHandler(session::closed);
    wire.setOnCloseHandler(session::closed);
    wire.disableAutoRequest();
    wire.request(WINDOW);
  }

  @Override
  public void onNext(AnnouncePeerRequest message) {
    try {
      PeerEvent event = PeerEventMapper.fromProto(message);
      Stream known = stream;
      if (known != null) {
        requireSame(known, message);
        session.on(event, this::handled);
        return;
      }
      if (!(event instanceof PeerEvent.Register register)) {
        throw new DragonflyException(
            ErrorCode.FAILED_PRECONDITION,
            "the first message of a stream must be a register, got " + message.getRequestCase());
      }
      first(message, register);
    } catch (DragonflyException e) {
      fail(e);
      session.closed();
    } catch (IllegalArgumentException e) {
      // A value that refuses what the mapper let through: the caller's fault all the same.
      fail(new DragonflyException(ErrorCode.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e));
      session.closed();
    }
  }

  @Override
  public void onError(Throwable error) {
    session.closed();
  }

  @Override
  public void onCompleted() {
    session.closed();
  }

  @Override
  public synchronized void send(ScheduleDecision decision) {
    Stream known = stream;
    if (ended || known == null || wire.isCancelled()) {
      return;
    }
    wire.onNext(
        DecisionMapper.toProto(decision, known.task(), known.spec(), services.time().now()));
  }

  @Override
  public synchronized void end() {
    if (!ended && !wire.isCancelled()) {
      wire.onCompleted();
    }
    ended = true;
  }

  @Override
  public synchronized void fail(DragonflyException error) {
    if (!ended && !wire.isCancelled()) {
      wire.onError(ErrorMapper.toStatus(error));
    }
    ended = true;
  }

  private void first(AnnouncePeerRequest message, PeerEvent.Register register) {
    Download download = message.getRegisterPeerRequest().getDownload();
    Download forSeed =
        TaskMapper.forSeed(download, download.getRequestHeaderMap()).toBuilder()
            .setNeedPieceContent(false)
            .setPrefetch(false)
            .build();
    TaskId task = new TaskId(message.getTaskId());
    Stream opened =
        new Stream(
            new HostId(message.getHostId()),
            task,
            new PeerId(message.getPeerId()),
            TaskIdentity.check(task, download).withRequestHeader(Map.of()));
    SchedulerService.requireOwner(opened.host(), opened.peer());
    stream = opened;
    session.register(
        new Registration(
            opened.host(),
            opened.task(),
            opened.peer(),
            register,
            admission,
            seed -> seeds.download(seed, forSeed)),
        this::handled);
  }

  private static void requireSame(Stream known, AnnouncePeerRequest message) {
    if (!message.getPeerId().equals(known.peer().value())
        || !message.getHostId().equals(known.host().value())
        || !message.getTaskId().equals(known.task().value())) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT,
          "a stream is for one peer: it began with peer %s of task %s, got peer %s of host %s and task %s"
              .formatted(
                  known.peer(),
                  known.task(),
                  message.getPeerId(),
                  message.getHostId(),
                  message.getTaskId()));
    }
  }

  private synchronized void handled() {
    if (!ended) {
      wire.request(1);
    }
  }
}
