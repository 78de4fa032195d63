package dev.dragonfly.dfdaemon.rpc;

import com.google.protobuf.Empty;
import dev.dragonfly.api.dfdaemon.v2.DeleteLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksRequest;
import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksResponse;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/** For local tools, over the unix socket. What blocks runs on virtual threads. */
final class DownloadService extends DfdaemonDownloadGrpc.DfdaemonDownloadImplBase {
  private final LocalDownloads downloads;
  private final LocalTasks tasks;

  DownloadService(RpcContext context) {
    this.downloads = new LocalDownloads(context);
    this.tasks = new LocalTasks(context.store(), context.tellSchedulers());
  }

  @Override
  public void downloadTask(
      DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> observer) {
    ServerCallStreamObserver<DownloadTaskResponse> answer =
        (ServerCallStreamObserver<DownloadTaskResponse>) observer;
    // Without any handler an answer to somebody who has left throws.
    answer.setOnCancelHandler(() -> {});
    Runnable leave = downloads.begin(request.getDownload(), new GrpcCaller(answer));
    answer.setOnCancelHandler(leave);
    if (answer.isCancelled()) {
      leave.run();
    }
  }

  @Override
  public void statLocalTask(
      StatLocalTaskRequest request, StreamObserver<StatLocalTaskResponse> observer) {
    Calls.answer("stat-local", observer, () -> tasks.stat(request.getTaskId()));
  }

  @Override
  public void listLocalTasks(
      ListLocalTasksRequest request, StreamObserver<ListLocalTasksResponse> observer) {
    Calls.answer("list-local", observer, tasks::list);
  }

  @Override
  public void deleteTask(DeleteTaskRequest request, StreamObserver<Empty> observer) {
    delete(request.getTaskId(), true, observer);
  }

  @Override
  public void deleteLocalTask(DeleteLocalTaskRequest request, StreamObserver<Empty> observer) {
    delete(request.getTaskId(), false, observer);
  }

  private void delete(String id, boolean everywhere, StreamObserver<Empty> observer) {
    Calls.answer(
        "delete",
        observer,
        () -> {
          tasks.delete(id, everywhere);
          return Empty.getDefaultInstance();
        });
  }
}
