package dev.dragonfly.scheduler.client;

import com.google.common.util.concurrent.MoreExecutors;
import com.google.protobuf.Timestamp;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DeleteTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonUploadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.api.dfdaemon.v2.ListTaskEntriesRequest;
import dev.dragonfly.api.dfdaemon.v2.ListTaskEntriesResponse;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.StatLocalTaskResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.ChannelCache;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.host.Host;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.wire.AddressMapper;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.scheduler.job.Daemons;
import dev.dragonfly.scheduler.job.DownloadListener;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Makes daemons download, and asks them about their tasks. One channel for each daemon, the longest
 * unused are given up. Safe for any thread; what blocks does so for at most ten seconds.
 */
public final class DaemonClient implements Daemons, AutoCloseable {
  private static final int WINDOW = 16;
  private static final int DEADLINE_SECONDS = 10;

  private final ChannelCache channels;
  private final String ownIp;

  /**
   * @param mostChannels daemons to which connections are kept
   * @param ownIp address of this scheduler, for the logs of daemons
   */
  public DaemonClient(GrpcChannels channels, int mostChannels, String ownIp) {
    this.channels = new ChannelCache(channels, mostChannels);
    this.ownIp = ownIp;
  }

  /** As the other, for who does not listen. */
  public CompletableFuture<Void> download(Host host, Download download) {
    return download(
        host,
        download,
        new DownloadListener() {
          @Override
          public void started(long contentLength, boolean whole) {}

          @Override
          public void piece(int number, long length, boolean fromSource) {}
        });
  }

  /**
   * Asks the daemon to fetch the content. The future is done at the end of its answer, or fails
   * with a {@link DragonflyException}; cancelling it cancels the call.
   */
  public CompletableFuture<Void> download(Host host, Download download, DownloadListener listener) {
    ClientCall<DownloadTaskRequest, DownloadTaskResponse> call =
        channels
            .to(AddressMapper.endpoint("host.ip", host.ip(), host.port()))
            .newCall(
                DfdaemonUploadGrpc.getDownloadTaskMethod(),
                CallOptions.DEFAULT.withExecutor(MoreExecutors.directExecutor()));
    CompletableFuture<Void> done = new CompletableFuture<>();
    done.whenComplete((nothing, error) -> {
      if (done.isCancelled()) {
        call.cancel("the scheduler gave the download up", error);
      }
    });
    call.start(new Answer(call, done, listener), new Metadata());
    call.sendMessage(
        DownloadTaskRequest.newBuilder()
            .setDownload(download.toBuilder().setRemoteIp(ownIp))
            .build());
    call.halfClose();
    call.request(WINDOW);
    return done;
  }

  @Override
  public Optional<Copy> stat(Host host, TaskId task) {
    try {
      StatLocalTaskResponse answer =
          stub(host)
              .statLocalTask(
                  StatLocalTaskRequest.newBuilder()
                      .setTaskId(task.value())
                      .setRemoteIp(ownIp)
                      .build());
      return Optional.of(
          new Copy(
              answer.hasFinishedAt(),
              instant(answer.getCreatedAt()),
              instant(answer.getUpdatedAt())));
    } catch (StatusRuntimeException e) {
      DragonflyException error = ErrorMapper.fromStatus(e);
      if (error.code() == ErrorCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw error;
    }
  }

  @Override
  public void delete(Host host, TaskId task) {
    try {
      stub(host)
          .deleteTask(
              DeleteTaskRequest.newBuilder().setTaskId(task.value()).setRemoteIp(ownIp).build());
    } catch (StatusRuntimeException e) {
      DragonflyException error = ErrorMapper.fromStatus(e);
      if (error.code() != ErrorCode.NOT_FOUND) {
        throw error;
      }
    }
  }

  /**
   * What is below a URL, as the daemon sees it.
   *
   * @throws DragonflyException what the daemon answered
   */
  public ListTaskEntriesResponse entries(Host host, ListTaskEntriesRequest request) {
    try {
      return stub(host).listTaskEntries(request.toBuilder().setRemoteIp(ownIp).build());
    } catch (StatusRuntimeException e) {
      throw ErrorMapper.fromStatus(e);
    }
  }

  @Override
  public void close() {
    channels.close();
  }

  private DfdaemonUploadGrpc.DfdaemonUploadBlockingStub stub(Host host) {
    return DfdaemonUploadGrpc.newBlockingStub(
            channels.to(AddressMapper.endpoint("host.ip", host.ip(), host.port())))
        .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  private static Instant instant(Timestamp at) {
    return Instant.ofEpochSecond(at.getSeconds(), at.getNanos());
  }

  /** Reads the answer to its end. */
  private static final class Answer extends ClientCall.Listener<DownloadTaskResponse> {
    private final ClientCall<?, ?> call;
    private final CompletableFuture<Void> done;
    private final DownloadListener listener;

    Answer(ClientCall<?, ?> call, CompletableFuture<Void> done, DownloadListener listener) {
      this.call = call;
      this.done = done;
      this.listener = listener;
    }

    @Override
    public void onMessage(DownloadTaskResponse message) {
      if (message.hasDownloadTaskStartedResponse()) {
        DownloadTaskStartedResponse started = message.getDownloadTaskStartedResponse();
        listener.started(started.getContentLength(), started.getIsFinished());
      } else if (message.hasDownloadPieceFinishedResponse()) {
        Piece piece = message.getDownloadPieceFinishedResponse().getPiece();
        boolean fromSource =
            piece.hasTrafficType() && piece.getTrafficType() == TrafficType.BACK_TO_SOURCE;
        listener.piece(piece.getNumber(), piece.getLength(), fromSource);
      }
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (status.isOk()) {
        done.complete(null);
        return;
      }
      done.completeExceptionally(ErrorMapper.fromStatus(status.asRuntimeException(trailers)));
    }
  }
}
