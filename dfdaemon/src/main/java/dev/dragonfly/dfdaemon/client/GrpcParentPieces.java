package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.AddressMapper;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.FieldLimits;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Asks parents over gRPC; one channel for each host, the oldest closed when there are many. */
public final class GrpcParentPieces implements ParentPieces, AutoCloseable {
  private static final int MAX_CHANNELS = 256;

  private final HostId self;
  private final ChannelCache channels;

  public GrpcParentPieces(HostId self, GrpcChannels channels) {
    this.self = self;
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
    InetSocketAddress address =
        AddressMapper.endpoint("host.ip", parent.host().ip(), parent.host().port());
    Call call = new Call(listener, parent.host().ip());
    DfdaemonUploadGrpc.newStub(channels.to(address)).syncPieces(request.build(), call);
    return call;
  }

  @Override
  public void close() {
    channels.close();
  }

  /** One subscription. */
  private static final class Call
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
          String address = message.getIp().isEmpty() ? ip : message.getIp();
          listener.pieceAvailable(
              message.getNumber(),
              message.getOffset(),
              message.getLength(),
              AddressMapper.endpoint("ip", address, message.getTcpPort()),
              message.getRunsList().stream().map(TaskMapper::fromRun).toList());
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
