package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcServers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;

/** The two gRPC servers of a daemon. */
public final class DaemonRpcServers implements AutoCloseable {
  private final GrpcServers.Running upload;
  private final GrpcServers.Running download;
  private final Path socket;

  private DaemonRpcServers(GrpcServers.Running upload, GrpcServers.Running download, Path socket) {
    this.upload = upload;
    this.download = download;
    this.socket = socket;
  }

  /** A started upload server; its port is needed before the rest can be put together. */
  public static GrpcServers.Running startUpload(InetSocketAddress address, UploadService service) {
    return GrpcServers.tcp(address, Optional.empty(), List.of(service.guarded()));
  }

  /**
   * Starts the server for local tools beside the running upload server.
   *
   * @throws DragonflyException CONFIG when another daemon listens on the socket or its folder
   *     cannot be used
   */
  public static DaemonRpcServers start(
      GrpcServers.Running upload, Path socket, DownloadService service) {
    try {
      Files.createDirectories(socket.toAbsolutePath().getParent());
      removeStale(socket);
      GrpcServers.Running download = GrpcServers.unixSocket(socket, List.of(service));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      return new DaemonRpcServers(upload, download, socket);
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot use the socket " + socket + ": " + e + "; check server.socket",
          e);
    }
  }

  /** Removes a socket file that a killed daemon left; refuses when somebody listens. */
  private static void removeStale(Path socket) throws IOException {
    if (!Files.exists(socket)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.connect(UnixDomainSocketAddress.of(socket));
    } catch (IOException nobodyListens) {
      Files.deleteIfExists(socket);
      return;
    }
    throw new DragonflyException(
        ErrorCode.CONFIG, "another daemon listens on " + socket + "; choose another server.socket");
  }

  @Override
  public void close() {
    download.close();
    upload.close();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // The next start removes it.
    }
  }
}
