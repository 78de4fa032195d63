package dev.dragonfly.dfdaemon.cli;

import dev.dragonfly.api.dfdaemon.v2.DfdaemonDownloadGrpc;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskRequest;
import dev.dragonfly.api.dfdaemon.v2.DownloadTaskResponse;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.wire.ErrorMapper;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

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
  public void download(
      DownloadTaskRequest request, Duration limit, Consumer<DownloadTaskResponse> follower) {
    try {
      DfdaemonDownloadGrpc.newBlockingStub(channel)
          .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS)
          .downloadTask(request)
          .forEachRemaining(follower);
    } catch (StatusRuntimeException e) {
      throw ErrorMapper.fromStatus(e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
