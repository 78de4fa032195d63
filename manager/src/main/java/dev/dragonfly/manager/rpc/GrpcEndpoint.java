package dev.dragonfly.manager.rpc;

import dev.dragonfly.common.grpc.GrpcServers;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The gRPC port: the manager's service and the health service. */
public final class GrpcEndpoint implements AutoCloseable {
  private final InetSocketAddress address;
  private final ManagerService service;
  private GrpcServers.@Nullable Running server;

  public GrpcEndpoint(InetSocketAddress address, ManagerService service) {
    this.address = address;
    this.service = service;
  }

  /** Opens the port; returns when calls can come. */
  public synchronized void start() {
    server = GrpcServers.tcp(address, Optional.empty(), List.of(service));
  }

  /** The port on which it listens. */
  public synchronized int port() {
    if (server == null) {
      throw new IllegalStateException("the gRPC port was asked for before start()");
    }
    return server.port();
  }

  /** Breaks what runs after at most two seconds. */
  @Override
  public synchronized void close() {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
