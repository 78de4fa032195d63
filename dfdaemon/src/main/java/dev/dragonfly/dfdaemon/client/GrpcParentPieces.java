package dev.dragonfly.dfdaemon.client;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.announce.Parent;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks parents over gRPC; one channel for each host, the oldest closed when there are many. */
public final class GrpcParentPieces implements ParentPieces, AutoCloseable {
  private static final int MAX_CHANNELS = 256;

  private final HostId self;
  private final GrpcChannels channels;
  private final Map<InetSocketAddress, ManagedChannel> open = new LinkedHashMap<>(16, 0.75f, true);

  public GrpcParentPieces(HostId self, GrpcChannels channels) {
    this.self = self;
    this.channels = channels;
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
    DfdaemonUploadGrpc.newStub(channel(parent)).syncPieces(request.build(), call);
    return call;
  }

  private synchronized ManagedChannel channel(Parent parent) {
    InetSocketAddress address =
        InetSocketAddress.createUnresolved(parent.host().ip(), parent.host().port());
    @Nullable ManagedChannel known = open.get(address);
    if (known != null) {
      return known;
    }
    if (open.size() >= MAX_CHANNELS) {
      InetSocketAddress oldest = open.keySet().iterator().next();
      ManagedChannel closing = open.remove(oldest);
      if (closing != null) {
        closing.shutdown();
      }
    }
    ManagedChannel channel = channels.tcp(parent.host().ip(), parent.host().port());
    open.put(address, channel);
    return channel;
  }

  @Override
  public synchronized void close() {
    open.values().forEach(ManagedChannel::shutdownNow);
    open.clear();
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
        if (!message.getNoPiece()) {
          String address = message.getIp().isEmpty() ? ip : message.getIp();
          listener.pieceAvailable(
              message.getNumber(),
              message.getOffset(),
              message.getLength(),
              new InetSocketAddress(address, message.getTcpPort()),
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
