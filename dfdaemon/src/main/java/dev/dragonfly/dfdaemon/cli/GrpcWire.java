package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.piece.Piece.Traffic;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** GRPC over the unix socket: to a daemon without the light path. */
final class GrpcWire implements DaemonWire {
  private final ManagedChannel channel;

  private GrpcWire(ManagedChannel channel) {
    this.channel = channel;
  }

  /** Absent when no daemon answers. */
  static Optional<DaemonWire> connect(Path socket) {
    if (!Files.exists(socket)) {
      return Optional.empty();
    }
    ManagedChannel channel = GrpcChannels.unixSocket(socket);
    try {
      HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(ANSWER.toMillis(), TimeUnit.MILLISECONDS)
          .check(HealthCheckRequest.getDefaultInstance());
      return Optional.of(new GrpcWire(channel));
    } catch (StatusRuntimeException e) {
      channel.shutdownNow();
      return Optional.empty();
    }
  }

  @Override
  public void download(DfgetRequest request, Duration limit, DownloadFollower follower) {
    try {
      DfdaemonDownloadGrpc.newBlockingStub(channel)
          .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
          .downloadTask(toMessage(request))
          .forEachRemaining(answer -> tell(answer, follower));
    } catch (StatusRuntimeException e) {
      throw ErrorMapper.fromStatus(e);
    }
  }

  /** What is asked for, as a message. */
  static DownloadTaskRequest toMessage(DfgetRequest request) {
    return DownloadTaskRequest.newBuilder().setDownload(toDownload(request)).build();
  }

  private static Download toDownload(DfgetRequest request) {
    Download.Builder download =
        TaskMapper.toDownload(request.spec()).toBuilder()
            .setOutputPath(request.output().toString())
            .setTimeout(
                com.google.protobuf.Duration.newBuilder().setSeconds(request.timeout().toSeconds()))
            .setPriorityValue(request.priority())
            .setOverwrite(request.overwrite())
            .setForceHardLink(request.forceHardLink())
            .setDisableBackToSource(request.disableBackToSource());
    request.range().ifPresent(range -> range(download, range));
    return download.build();
  }

  /**
   * A closed range has a field; open and suffix ranges go as a header, as upstream's dfget sends
   * them.
   */
  private static void range(Download.Builder download, RangeRequest range) {
    if (range instanceof RangeRequest.From from && from.end() != RangeRequest.OPEN_END) {
      download.setRange(
          Range.newBuilder().setStart(from.start()).setLength(from.end() - from.start()));
    } else {
      range.toHeader().ifPresent(header -> download.putRequestHeader("Range", header));
    }
  }

  /** Tells what the daemon says. */
  static void tell(DownloadTaskResponse answer, DownloadFollower to) {
    to.is(answer.getTaskId(), answer.getPeerId());
    if (answer.hasDownloadTaskStartedResponse()) {
      DownloadTaskStartedResponse started = answer.getDownloadTaskStartedResponse();
      long wanted =
          started.hasRange() ? started.getRange().getLength() : started.getContentLength();
      to.total(started.getLengthUnknown() ? -1 : wanted);
    }
    if (answer.hasDownloadPieceFinishedResponse()) {
      Piece piece = answer.getDownloadPieceFinishedResponse().getPiece();
      Traffic from =
          switch (piece.getTrafficType()) {
            case REMOTE_PEER -> Traffic.REMOTE_PEER;
            case BACK_TO_SOURCE -> Traffic.BACK_TO_SOURCE;
            case LOCAL_PEER, UNRECOGNIZED -> Traffic.LOCAL_PEER;
          };
      to.piece(from, piece.getLength());
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
