package dev.dragonfly.scheduler.testing;

import com.google.protobuf.Empty;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadPieceFinishedResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.api.dfdaemon.v2.Entry;
import dev.dragonfly.api.dfdaemon.v2.ListTaskEntriesRequest;
import dev.dragonfly.api.dfdaemon.v2.ListTaskEntriesResponse;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.task.TaskIdCalculator;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A daemon that has at once what it is asked to fetch: one piece of a MiB, by its role. */
public final class FakeDaemon extends DfdaemonUploadGrpc.DfdaemonUploadImplBase
    implements AutoCloseable {
  public static final long LENGTH = 1 << 20;

  private final GrpcServers.Running server;
  private final List<Download> downloads = new CopyOnWriteArrayList<>();
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private volatile Optional<Status> refusal = Optional.empty();
  private volatile List<Entry> entries = List.of();

  public FakeDaemon() {
    server =
        GrpcServers.tcp(new InetSocketAddress("127.0.0.1", 0), Optional.empty(), List.of(this));
  }

  public int port() {
    return server.port();
  }

  /** What it was asked to fetch, in order. */
  public List<Download> downloads() {
    return List.copyOf(downloads);
  }

  /** Ids of the tasks that it has. */
  public Set<String> held() {
    return held;
  }

  /** Answers everything with this from now on. */
  public void refuse(Status status) {
    refusal = Optional.of(status);
  }

  /** What it finds below every URL. */
  public void entries(List<Entry> found) {
    entries = found;
  }

  @Override
  public void downloadTask(
      DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> observer) {
    downloads.add(request.getDownload());
    if (refused(observer)) {
      return;
    }
    held.add(TaskIdCalculator.taskId(TaskMapper.toSpec(request.getDownload())).value());
    observer.onNext(
        DownloadTaskResponse.newBuilder()
            .setDownloadTaskStartedResponse(
                DownloadTaskStartedResponse.newBuilder().setContentLength(LENGTH))
            .build());
    observer.onNext(
        DownloadTaskResponse.newBuilder()
            .setDownloadPieceFinishedResponse(
                DownloadPieceFinishedResponse.newBuilder()
                    .setPiece(
                        Piece.newBuilder()
                            .setNumber(0)
                            .setLength(LENGTH)
                            .setTrafficType(
                                request.getDownload().getDisableBackToSource()
                                    ? TrafficType.REMOTE_PEER
                                    : TrafficType.BACK_TO_SOURCE)))
            .build());
    observer.onCompleted();
  }

  @Override
  public void statLocalTask(
      StatLocalTaskRequest request, StreamObserver<StatLocalTaskResponse> observer) {
    if (refused(observer)) {
      return;
    }
    if (!held.contains(request.getTaskId())) {
      observer.onError(Status.NOT_FOUND.asRuntimeException());
      return;
    }
    Timestamp now = Timestamp.newBuilder().setSeconds(1_700_000_000).build();
    observer.onNext(
        StatLocalTaskResponse.newBuilder()
            .setTaskId(request.getTaskId())
            .setCreatedAt(now)
            .setUpdatedAt(now)
            .setFinishedAt(now)
            .build());
    observer.onCompleted();
  }

  @Override
  public void deleteTask(DeleteTaskRequest request, StreamObserver<Empty> observer) {
    if (refused(observer)) {
      return;
    }
    held.remove(request.getTaskId());
    observer.onNext(Empty.getDefaultInstance());
    observer.onCompleted();
  }

  @Override
  public void listTaskEntries(
      ListTaskEntriesRequest request, StreamObserver<ListTaskEntriesResponse> observer) {
    observer.onNext(ListTaskEntriesResponse.newBuilder().addAllEntries(entries).build());
    observer.onCompleted();
  }

  private boolean refused(StreamObserver<?> observer) {
    refusal.ifPresent(status -> observer.onError(status.asRuntimeException()));
    return refusal.isPresent();
  }

  @Override
  public void close() {
    server.close();
  }
}
