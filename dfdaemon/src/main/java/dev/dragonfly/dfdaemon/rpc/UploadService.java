package dev.dragonfly.dfdaemon.rpc;

import com.google.protobuf.Empty;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Host;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.SyncHostRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesRequest;
import dev.dragonfly.api.dfdaemon.v2.SyncPiecesResponse;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.Arguments;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.PieceMapper;
import dev.dragonfly.common.wire.TaskIdentity;
import dev.dragonfly.dfdaemon.storage.AwaitedTasks;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.net.SocketAddress;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** For other peers and schedulers. What blocks runs on virtual threads. */
public final class UploadService extends DfdaemonUploadGrpc.DfdaemonUploadImplBase {
  private final RpcContext context;
  private final DataAddress data;
  private final LocalTasks tasks;
  private final AwaitedTasks awaited;
  private final LoadFeed load;
  private final TriggerGuard guard;

  public UploadService(RpcContext context, DataAddress data, TriggerGuard guard) {
    this.context = context;
    this.data = data;
    this.tasks = new LocalTasks(context.store(), context.tellSchedulers());
    this.awaited = new AwaitedTasks(context.store(), context.timers());
    this.load = new LoadFeed(context.host(), context.timers());
    this.guard = guard;
  }

  /** With who calls noted; to be served instead of this. */
  public BindableService guarded() {
    return () -> ServerInterceptors.intercept(this, guard);
  }

  /** The download goes on to its end even when the caller goes away: it is for everybody. */
  @Override
  public void downloadTask(
      DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> observer) {
    ServerCallStreamObserver<DownloadTaskResponse> answer =
        (ServerCallStreamObserver<DownloadTaskResponse>) observer;
    answer.setOnCancelHandler(() -> {});
    if (!guard.enter()) {
      answer.onError(
          Status.RESOURCE_EXHAUSTED
              .withDescription("this host downloads as much for others as it may; try another")
              .asRuntimeException());
      return;
    }
    SocketAddress caller = TriggerGuard.caller();
    Threads.virtual(
        "rpc-trigger",
        () -> {
          try {
            trigger(caller, request.getDownload(), answer);
          } finally {
            guard.leave();
          }
        });
  }

  private void trigger(
      @Nullable SocketAddress caller,
      Download download,
      ServerCallStreamObserver<DownloadTaskResponse> answer) {
    try {
      guard.admit("DownloadTask", caller);
      TaskIdentity.checkName(download);
      RangeRequest all = new RangeRequest.Whole();
      RunningDownload running = context.runner().run(DownloadRequests.of(download, all));
      if (running.done().isDone() && !running.done().isCompletedExceptionally()) {
        running.close();
        answer.onCompleted();
        return;
      }
      new DownloadCall(
              context.hostId(), running, all, new GrpcCaller(answer), (stored, range) -> {})
          .follow();
    } catch (RuntimeException e) {
      answer.onError(ErrorMapper.toStatus(ErrorMapper.fromThrowable(e)));
    }
  }

  @Override
  public void syncPieces(SyncPiecesRequest request, StreamObserver<SyncPiecesResponse> observer) {
    ServerCallStreamObserver<SyncPiecesResponse> answer =
        (ServerCallStreamObserver<SyncPiecesResponse>) observer;
    TaskId id;
    BitSet interested;
    try {
      id = Arguments.parse("task_id", request.getTaskId(), TaskId::new);
      interested = PieceMapper.interestedPieces(request);
    } catch (DragonflyException e) {
      answer.onError(ErrorMapper.toStatus(e));
      return;
    }
    AtomicReference<@Nullable SyncPiecesCall> running = new AtomicReference<>();
    answer.setOnCancelHandler(() -> {
      SyncPiecesCall call = running.get();
      if (call != null) {
        call.cancel();
      }
    });
    awaited.whenThere(
        id,
        answer::isCancelled,
        stored -> {
          if (stored.isEmpty()) {
            answer.onError(
                Status.NOT_FOUND
                    .withDescription("this host has no task " + id)
                    .asRuntimeException());
            return;
          }
          SyncPiecesCall call = new SyncPiecesCall(stored.get(), request, interested, data, answer);
          running.set(call);
          call.start();
          if (answer.isCancelled()) {
            call.cancel();
            return;
          }
          context.runner().idle(id).thenRun(call::idle);
        });
  }

  @Override
  public void syncHost(SyncHostRequest request, StreamObserver<Host> observer) {
    load.add((ServerCallStreamObserver<Host>) observer);
  }

  @Override
  public void statLocalTask(
      StatLocalTaskRequest request, StreamObserver<StatLocalTaskResponse> observer) {
    Calls.answer("stat-local", observer, () -> tasks.stat(request.getTaskId()));
  }

  @Override
  public void deleteTask(DeleteTaskRequest request, StreamObserver<Empty> observer) {
    SocketAddress caller = TriggerGuard.caller();
    Calls.answer(
        "delete",
        observer,
        () -> {
          guard.admit("DeleteTask", caller);
          tasks.delete(request.getTaskId(), true);
          return Empty.getDefaultInstance();
        });
  }
}
