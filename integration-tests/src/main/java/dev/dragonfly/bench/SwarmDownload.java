package dev.dragonfly.bench;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.ListLocalTasksRequest;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** One download by one daemon, asked for over a connection that was made before. */
final class SwarmDownload implements StreamObserver<DownloadTaskResponse> {
  private static final int CALL_SECONDS = 30;

  private final CompletableFuture<Long> end = new CompletableFuture<>();
  private final AtomicLong bytes = new AtomicLong();

  private SwarmDownload() {}

  /** Writes the request and returns. */
  static SwarmDownload start(ManagedChannel channel, Download download, long timeoutSeconds) {
    SwarmDownload running = new SwarmDownload();
    DfdaemonDownloadGrpc.newStub(channel)
        .withDeadlineAfter(timeoutSeconds, TimeUnit.SECONDS)
        .downloadTask(DownloadTaskRequest.newBuilder().setDownload(download).build(), running);
    return running;
  }

  /** Makes the connection, by a question whose answer does not matter. */
  static void connect(ManagedChannel channel) {
    DfdaemonDownloadGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
        .listLocalTasks(ListLocalTasksRequest.getDefaultInstance());
  }

  /** Removes all tasks and their content from the daemon. */
  static void deleteAll(PeerNode node) {
    ManagedChannel channel = GrpcChannels.unixSocket(node.socket());
    try {
      DfdaemonDownloadGrpc.DfdaemonDownloadBlockingStub daemon =
          DfdaemonDownloadGrpc.newBlockingStub(channel)
              .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
      daemon
          .listLocalTasks(ListLocalTasksRequest.getDefaultInstance())
          .getTasksList()
          .forEach(task ->
              daemon.deleteTask(
                  DeleteTaskRequest.newBuilder().setTaskId(task.getTaskId()).build()));
    } catch (StatusRuntimeException e) {
      System.err.println("not deleted at " + node.process().name() + ": " + e.getMessage());
    } finally {
      channel.shutdownNow();
    }
  }

  @Override
  public void onNext(DownloadTaskResponse response) {
    if (response.hasDownloadPieceFinishedResponse()) {
      bytes.addAndGet(response.getDownloadPieceFinishedResponse().getPiece().getLength());
    }
  }

  @Override
  public void onError(Throwable failure) {
    end.completeExceptionally(failure);
  }

  @Override
  public void onCompleted() {
    end.complete(System.nanoTime());
  }

  /** Bytes of the pieces that are complete. */
  long bytes() {
    return bytes.get();
  }

  boolean isDone() {
    return end.isDone();
  }

  /** Waits until it ended, well or not; its deadline bounds that. */
  void await() {
    end.exceptionally(failure -> 0L).join();
  }

  /** When it ended, of {@link System#nanoTime}; only for one that ended well. */
  long endNanos() {
    return end.resultNow();
  }

  /** Why it failed; empty when it did not. */
  Optional<String> failure() {
    return end.isCompletedExceptionally()
        ? Optional.of(String.valueOf(ErrorMapper.fromThrowable(end.exceptionNow()).getMessage()))
        : Optional.empty();
  }
}
