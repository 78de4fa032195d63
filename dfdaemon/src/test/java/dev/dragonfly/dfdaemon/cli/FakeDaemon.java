package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.TrafficType;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadPieceFinishedResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Answers what the test says. */
final class FakeDaemon extends DfdaemonDownloadGrpc.DfdaemonDownloadImplBase {
  final BlockingQueue<Download> requests = new LinkedBlockingQueue<>();
  volatile Optional<DragonflyException> failure = Optional.empty();
  volatile boolean writes = true;
  volatile boolean hangs;
  volatile Optional<Runnable> vanishes = Optional.empty();

  @Override
  public void downloadTask(
      DownloadTaskRequest request, StreamObserver<DownloadTaskResponse> answer) {
    requests.add(request.getDownload());
    if (vanishes.isPresent()) {
      vanishes.get().run();
      return;
    }
    if (hangs) {
      return;
    }
    if (failure.isPresent()) {
      answer.onError(ErrorMapper.toStatus(failure.get()));
      return;
    }
    answer.onNext(
        message()
            .setDownloadTaskStartedResponse(
                DownloadTaskStartedResponse.newBuilder().setContentLength(7))
            .build());
    answer.onNext(piece(TrafficType.REMOTE_PEER, 4));
    answer.onNext(piece(TrafficType.BACK_TO_SOURCE, 2));
    answer.onNext(piece(TrafficType.LOCAL_PEER, 1));
    if (writes) {
      write(Path.of(request.getDownload().getOutputPath()));
    }
    answer.onCompleted();
  }

  private static void write(Path output) {
    try {
      Files.writeString(output, "content");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DownloadTaskResponse piece(TrafficType traffic, long length) {
    return message()
        .setDownloadPieceFinishedResponse(
            DownloadPieceFinishedResponse.newBuilder()
                .setPiece(Piece.newBuilder().setTrafficType(traffic).setLength(length)))
        .build();
  }

  private static DownloadTaskResponse.Builder message() {
    return DownloadTaskResponse.newBuilder().setTaskId("task-1").setPeerId("peer-1");
  }
}
