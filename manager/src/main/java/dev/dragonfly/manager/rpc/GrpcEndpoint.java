package dev.dragonfly.manager.rpc;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

public final class GrpcEndpoint {
  private final InetSocketAddress address;
  private final ManagerService service;
  private @Nullable Server server;

  public GrpcEndpoint(InetSocketAddress address, ManagerService service) {
    this.address = address;
    this.service = service;
  }

  public void start() {
    try {
      server = NettyServerBuilder.forAddress(address).executor(Threads.newVirtualExecutor("grpc")).addService(service)
          .addService(new HealthStatusManager().getHealthService()).build().start();
    } catch (IOException e) {
      throw new DragonflyException(ErrorCode.UNAVAILABLE, "tried to listen on " + address, e);
    }
  }

  public int port() {
    return server.getPort();
  }

  public void close() {
    if (server != null) {
      server.shutdownNow();
      try {
        server.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
