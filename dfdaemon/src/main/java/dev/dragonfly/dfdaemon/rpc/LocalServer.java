package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.grpc.GrpcServers;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** The gRPC server for tools on this host, on a unix socket. */
public final class LocalServer implements AutoCloseable {
  private final GrpcServers.Running running;
  private final Path socket;

  private LocalServer(GrpcServers.Running running, Path socket) {
    this.running = running;
    this.socket = socket;
  }

  /**
   * Starts it.
   *
   * @throws DragonflyException CONFIG when another daemon listens on the socket or its folder
   *     cannot be used
   */
  public static LocalServer start(Path socket, DownloadService service) {
    try {
      Files.createDirectories(socket.toAbsolutePath().getParent());
      removeStale(socket);
      GrpcServers.Running running = GrpcServers.unixSocket(socket, List.of(service));
      LocalServer server = new LocalServer(running, socket);
      try {
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      } catch (IOException e) {
        server.close();
        throw e;
      }
      return server;
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
    running.close();
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // The next start removes it.
    }
  }
}
