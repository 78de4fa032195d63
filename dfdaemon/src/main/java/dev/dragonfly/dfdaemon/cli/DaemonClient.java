package dev.dragonfly.dfdaemon.cli;

import com.google.protobuf.Duration;
import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Piece;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskStartedResponse;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.task.RangeRequest;
import dev.dragonfly.common.wire.TaskMapper;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The local daemon, over its unix sockets. */
final class DaemonClient implements AutoCloseable {
  private final DaemonWire wire;

  private DaemonClient(DaemonWire wire) {
    this.wire = wire;
  }

  /** A client of the daemon at the socket; absent when none answers. */
  static Optional<DaemonClient> connect(Path socket) {
    Optional<DaemonWire> wire =
        switch (LightWire.connect(LightProtocol.beside(socket), DaemonWire.ANSWER)) {
          case LightWire.Found.Daemon daemon -> Optional.of(daemon.wire());
          case LightWire.Found.Nobody nobody -> GrpcWire.connect(socket);
          case LightWire.Found.Silence silence -> Optional.empty();
        };
    return wire.map(DaemonClient::new);
  }

  /**
   * Downloads; the daemon writes the output.
   *
   * @throws DragonflyException what the daemon said
   */
  DfgetResult download(DfgetRequest request, ProgressBar progress) {
    Told told = new Told(progress);
    wire.download(
        DownloadTaskRequest.newBuilder().setDownload(toDownload(request)).build(),
        request.timeout().plus(DaemonWire.ANSWER),
        told);
    progress.end();
    try {
      return new DfgetResult(
          told.last.getTaskId(),
          told.last.getPeerId(),
          request.output(),
          Files.size(request.output()),
          progress.seconds(),
          progress.fromPeers(),
          progress.fromSource(),
          progress.fromCache());
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

  @Override
  public void close() {
    wire.close();
  }

  /** What the daemon tells, as progress. */
  private static final class Told implements Consumer<DownloadTaskResponse> {
    private final ProgressBar progress;
    private DownloadTaskResponse last = DownloadTaskResponse.getDefaultInstance();

    Told(ProgressBar progress) {
      this.progress = progress;
    }

    @Override
    public void accept(DownloadTaskResponse answer) {
      last = answer;
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
  }
}
