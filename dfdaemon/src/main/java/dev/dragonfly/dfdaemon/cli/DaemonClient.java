package dev.dragonfly.dfdaemon.cli;

import com.google.protobuf.Duration;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.wire.ErrorMapper;
import dev.dragonfly.common.wire.TaskMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The local daemon, over its unix socket. */
public final class DaemonClient implements AutoCloseable {
  private static final int ANSWER_SECONDS = 3;

  private final Optional<ManagedChannel> channel;

  private DaemonClient(Optional<ManagedChannel> channel) {
    this.channel = channel;
  }

  /** A client of the daemon at the socket, which may not be there. */
  public static DaemonClient connect(Path socket) {
    return new DaemonClient(
        Files.exists(socket) ? Optional.of(GrpcChannels.unixSocket(socket)) : Optional.empty());
  }

  /** Whether a daemon answers within three seconds. */
  boolean answers() {
    if (channel.isEmpty()) {
      return false;
    }
    try {
      HealthGrpc.newBlockingStub(channel.get())
          .withDeadlineAfter(ANSWER_SECONDS, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /**
   * Downloads; the daemon writes the output.
   *
   * @throws DragonflyException what the daemon said
   */
  DfgetResult download(DfgetRequest request, ProgressBar progress) {
    ManagedChannel open =
        channel.orElseThrow(() -> new DragonflyException(ErrorCode.UNAVAILABLE, "no daemon"));
    try {
      Iterator<DownloadTaskResponse> answers =
          DfdaemonDownloadGrpc.newBlockingStub(open)
              .withDeadlineAfter(request.timeout().toSeconds() + ANSWER_SECONDS, TimeUnit.SECONDS)
              .downloadTask(
                  DownloadTaskRequest.newBuilder().setDownload(toDownload(request)).build());
      DownloadTaskResponse last = DownloadTaskResponse.getDefaultInstance();
      while (answers.hasNext()) {
        last = answers.next();
        follow(last, progress);
      }
      progress.end();
      return new DfgetResult(
          last.getTaskId(),
          last.getPeerId(),
          request.output(),
          Files.size(request.output()),
          progress.seconds(),
          progress.fromPeers(),
          progress.fromSource(),
          progress.fromCache());
    } catch (StatusRuntimeException e) {
      throw ErrorMapper.fromStatus(e);
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.INTERNAL,
          "the daemon wrote no output to " + request.output() + "; does it see the same files?",
          e);
    }
  }

  private static Download toDownload(DfgetRequest request) {
    Download.Builder download =
        TaskMapper.toDownload(request.spec()).toBuilder()
            .setOutputPath(request.output().toString())
            .setTimeout(Duration.newBuilder().setSeconds(request.timeout().toSeconds()))
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

  private static void follow(DownloadTaskResponse answer, ProgressBar progress) {
    if (answer.hasDownloadTaskStartedResponse()) {
      DownloadTaskStartedResponse started = answer.getDownloadTaskStartedResponse();
      long wanted =
          started.hasRange() ? started.getRange().getLength() : started.getContentLength();
      progress.total(started.getLengthUnknown() ? -1 : wanted);
    }
    if (answer.hasDownloadPieceFinishedResponse()) {
      Piece piece = answer.getDownloadPieceFinishedResponse().getPiece();
      switch (piece.getTrafficType()) {
        case REMOTE_PEER -> progress.peers(piece.getLength());
        case BACK_TO_SOURCE -> progress.source(piece.getLength());
        case LOCAL_PEER, UNRECOGNIZED -> progress.cache(piece.getLength());
      }
    }
  }

  @Override
  public void close() {
    channel.ifPresent(ManagedChannel::shutdownNow);
  }
}
