package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The local daemon, over its unix sockets. */
final class DaemonClient implements AutoCloseable {
  private final DaemonWire wire;

  private DaemonClient(DaemonWire wire) {
    this.wire = wire;
  }

  /** A client of the daemon at the socket; absent when none answers. */
  static Optional<DaemonClient> connect(Path socket) {
    LightWire.Found found = LightWire.connect(LightProtocol.beside(socket), DaemonWire.ANSWER);
    // Not a switch over the types: setting one up takes longer than the call itself.
    if (found instanceof LightWire.Found.Daemon daemon) {
      return Optional.of(new DaemonClient(daemon.wire()));
    }
    if (found instanceof LightWire.Found.Silence) {
      return Optional.empty();
    }
    return GrpcWire.connect(socket).map(DaemonClient::new);
  }

  /**
   * Downloads; the daemon writes the output.
   *
   * @throws DragonflyException what the daemon said
   */
  DfgetResult download(DfgetRequest request, ProgressBar progress) {
    DownloadFollower told = new DownloadFollower(progress);
    wire.download(request, request.timeout().plus(DaemonWire.ANSWER), told);
    progress.end();
    try {
      return new DfgetResult(
          told.task(),
          told.peer(),
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

  @Override
  public void close() {
    wire.close();
  }
}
