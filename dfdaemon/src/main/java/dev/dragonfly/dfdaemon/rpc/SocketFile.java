package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** The file of a unix socket that only the user and the group of this daemon may use. */
final class SocketFile {
  private SocketFile() {}

  /**
   * Makes room, listens and restricts who may connect.
   *
   * @param listen binds the socket; what it returns is closed when the file cannot be restricted
   * @throws DragonflyException CONFIG when another daemon listens there or the folder cannot be
   *     used
   */
  static <T extends AutoCloseable> T listen(Path socket, Supplier<T> listen) {
    try {
      Files.createDirectories(socket.toAbsolutePath().getParent());
      removeStale(socket);
    } catch (IOException e) {
      throw unusable(socket, e);
    }
    T listening = listen.get();
    try {
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
      return listening;
    } catch (IOException e) {
      DragonflyException failure = unusable(socket, e);
      try {
        listening.close();
      } catch (Exception also) {
        failure.addSuppressed(also);
      }
      throw failure;
    }
  }

  static DragonflyException unusable(Path socket, IOException e) {
    return new DragonflyException(
        ErrorCode.CONFIG,
        "cannot use the socket " + socket + ": " + e + "; check server.socket",
        e);
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

  static void remove(Path socket) {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      // The next start removes it.
    }
  }
}
