package dev.dragonfly.dfdaemon.rpc;

import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.dfdaemon.net.LightProtocol;
import java.nio.file.Path;
import java.util.List;

/** What tools on this host connect to: gRPC on a unix socket, and the light path beside it. */
public final class LocalServer implements AutoCloseable {
  private final GrpcServers.Running running;
  private final LightServer light;
  private final Path socket;

  private LocalServer(GrpcServers.Running running, LightServer light, Path socket) {
    this.running = running;
    this.light = light;
    this.socket = socket;
  }

  /**
   * Starts it.
   *
   * @throws dev.dragonfly.common.error.DragonflyException CONFIG when another daemon listens on the
   *     socket or its folder cannot be used
   */
  public static LocalServer start(Path socket, RpcContext context) {
    GrpcServers.Running running =
        SocketFile.listen(
            socket, () -> GrpcServers.unixSocket(socket, List.of(new DownloadService(context))));
    try {
      LightServer light =
          LightServer.start(
              LightProtocol.beside(socket), new LocalDownloads(context), context.timers());
      return new LocalServer(running, light, socket);
    } catch (RuntimeException e) {
      running.close();
      SocketFile.remove(socket);
      throw e;
    }
  }

  @Override
  public void close() {
    light.close();
    running.close();
    SocketFile.remove(socket);
  }
}
