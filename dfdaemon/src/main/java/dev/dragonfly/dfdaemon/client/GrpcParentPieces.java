package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.RunMapper;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Asks parents over gRPC; one channel for each host, the oldest closed when there are many. */
public final class GrpcParentPieces implements ParentPieces, AutoCloseable {
  private static final int MAX_CHANNELS = 256;

  private final HostId self;
  private final PeerAddresses addresses;
  private final ChannelCache channels;

  public GrpcParentPieces(HostId self, PeerAddresses addresses, GrpcChannels channels) {
    this.self = self;
    this.addresses = addresses;
    this.channels = new ChannelCache(channels, MAX_CHANNELS);
  }

  @Override
  public Sync sync(Parent parent, TaskId task, int pieceCount, Listener listener) {
    SyncPiecesRequest.Builder request =
        SyncPiecesRequest.newBuilder().setHostId(self.value()).setTaskId(task.value());
    if (parent.host().isOurs()) {
      request.setAllPieces(true).setWantRuns(true);
    }
    for (int piece = 0; piece < pieceCount; piece++) {
      request.addInterestedPieceNumbers(piece);
    }
    Call call = new Call(listener, parent.host().ip());
    try {
      InetSocketAddress address = addresses.endpoint(parent.host().ip(), parent.host().port());
      DfdaemonUploadGrpc.newStub(channels.to(address)).syncPieces(request.build(), call);
    } catch (DragonflyException refused) {
      // on a thread of its own: the caller may hold locks that the listener takes
      Threads.virtual("parent-refused", () -> call.onError(refused));
    }
    return call;
  }

  @Override
  public void close() {
    channels.close();
  }

  /** One subscription. */
  private final class Call
      implements ClientResponseObserver<SyncPiecesRequest, SyncPiecesResponse>, Sync {
    private final Listener listener;
    private final String ip;
    private @Nullable ClientCallStreamObserver<SyncPiecesRequest> stream;
    private boolean closed;

    Call(Listener listener, String ip) {
      this.listener = listener;
      this.ip = ip;
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<SyncPiecesRequest> call) {
      stream = call;
    }

    @Override
    public void onNext(SyncPiecesResponse message) {
      if (isClosed()) {
        return;
      }
      try {
        if (message.hasFacts()) {
          listener.factsLearnt(TaskMapper.fromFacts(message.getFacts()));
        }
        Arguments.atMost("runs", message.getRunsCount(), FieldLimits.RUNS);
        if (!message.getNoPiece()) {
          // Its own address only: the one in the message could be anybody's.
          listener.pieceAvailable(
              message.getNumber(),
              message.getOffset(),
              message.getLength(),
              addresses.endpoint(ip, message.getTcpPort()),
              message.getRunsList().stream().map(RunMapper::fromProto).toList());
        }
      } catch (DragonflyException | IllegalArgumentException malformed) {
        close();
        listener.ended(malformed);
      }
    }

    @Override
    public void onError(Throwable cause) {
      if (!isClosed()) {
        listener.ended(ErrorMapper.fromThrowable(cause));
      }
    }

    @Override
    public void onCompleted() {
      if (!isClosed()) {
        listener.ended(null);
      }
    }

    private synchronized boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      @Nullable ClientCallStreamObserver<SyncPiecesRequest> running;
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
        running = stream;
      }
      if (running != null) {
        running.cancel("not needed any more", null);
      }
    }
  }
}
