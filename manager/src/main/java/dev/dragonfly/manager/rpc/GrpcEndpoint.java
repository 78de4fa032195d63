package dev.dragonfly.manager.rpc;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.grpc.CallMeter;
import dev.dragonfly.common.grpc.GrpcServers;
import dev.dragonfly.common.grpc.ServerLimits;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.manager.security.JoinGate;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The gRPC port: the manager's services and the health service, on virtual threads. */
public final class GrpcEndpoint implements AutoCloseable {
  private final InetSocketAddress address;
  private final List<BindableService> services;
  private final ExecutorService threads = Threads.newVirtualExecutor("manager-rpc");
  private GrpcServers.@Nullable Running server;

  /**
   * @param connections of the pool of the database, which the calls share with everybody else
   */
  public GrpcEndpoint(
      InetSocketAddress address,
      List<BindableService> services,
      JoinGate gate,
      int connections,
      Time time,
      CallMeter meter) {
    this.address = address;
    JoinGuard guard = new JoinGuard(gate, time);
    CallLimit limit = new CallLimit(connections);
    // The guard before the limit: who is refused must not take a place, but counts.
    this.services =
        services.stream()
            .map(service ->
                (BindableService)
                    () -> ServerInterceptors.interceptForward(service, meter, guard, limit))
            .toList();
  }

  /** Opens the port; returns when calls can come. */
  public synchronized void start() {
    server = GrpcServers.tcp(address, Optional.empty(), ServerLimits.DEFAULT, services, threads);
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
    threads.shutdownNow();
  }
}
