package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.common.grpc.GrpcServers;
import java.nio.file.Path;
import java.util.List;

/** A daemon that has no light path. */
class GrpcWireTest extends DaemonClientContract {
  @Override
  AutoCloseable serve(Path socket) {
    return GrpcServers.unixSocket(socket, List.of(daemon));
  }
}
