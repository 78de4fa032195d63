package dev.dragonfly.dfdaemon.rpc;

import com.google.protobuf.Empty;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.DeleteLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksRequest;
import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksResponse;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.ByteRange;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.dfdaemon.storage.StoredTask;
import dev.dragonfly.dfdaemon.task.RunningDownload;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** For local tools, over the unix socket. What blocks runs on virtual threads. */
public final class DownloadService extends DfdaemonDownloadGrpc.DfdaemonDownloadImplBase {
  private final RpcContext context;
  private final LocalTasks tasks;

  public DownloadService(RpcContext context) {
    this.context = context;
    this.tasks = new LocalTasks(context.store(), context.tellSchedulers());
  }

  @Override
  public void downloadTask(
      DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> observer) {
    ServerCallStreamObserver<DownloadTaskResponse> answer =
        (ServerCallStreamObserver<DownloadTaskResponse>) observer;
    AtomicReference<@Nullable RunningDownload> running = new AtomicReference<>();
    answer.setOnCancelHandler(() -> {
      RunningDownload download = running.get();
      if (download != null) {
        download.close();
      }
    });
    Threads.virtual("rpc-download", () -> download(request.getDownload(), answer, running));
  }

  private void download(
      Download download,
      ServerCallStreamObserver<DownloadTaskResponse> answer,
      AtomicReference<@Nullable RunningDownload> running) {
    try {
      Optional<Path> output = output(download);
      output.ifPresent(path -> context.output().checkWritable(path, download.getOverwrite()));
      RangeRequest wanted = DownloadRequests.wanted(download);
      RunningDownload mine = context.runner().run(DownloadRequests.of(download, wanted));
      running.set(mine);
      if (answer.isCancelled()) {
        mine.close();
      }
      DownloadCall.Finish finish =
          (stored, range) -> output.ifPresent(path -> write(stored, range, path, download));
      new DownloadCall(context.hostId(), mine, wanted, answer, finish).follow();
    } catch (RuntimeException e) {
      answer.onError(ErrorMapper.toStatus(ErrorMapper.fromThrowable(e)));
    }
  }

  private void write(StoredTask stored, Optional<ByteRange> range, Path path, Download download) {
    context
        .output()
        .write(stored, range, path, download.getOverwrite(), download.getForceHardLink());
  }

  private static Optional<Path> output(Download download) {
    if (!download.hasOutputPath() || download.getOutputPath().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(download.getOutputPath()));
    } catch (InvalidPathException e) {
      throw new DragonflyException(
          ErrorCode.INVALID_ARGUMENT, "not a path: " + download.getOutputPath(), e);
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
