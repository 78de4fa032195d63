package dev.dragonfly.common.grpc;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.time.SystemTime;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Makes gRPC servers that real upstream clients can talk to: with the interop shims, keep-alive
 * pings permitted, the health service, and TLS where configured.
 */
public final class GrpcServers {
  private static final int FRAME_WINDOW = 1 << 20;
  private static final int MAX_HEADERS = 16 << 10;

  /** Of a connection without calls; clients connect again when they need it. */
  private static final int IDLE_MINUTES = 30;

  /** From accept to the end of the handshake: who says nothing holds no connection. */
  private static final int HANDSHAKE_SECONDS = 10;

  /**
   * Streams that a client may reset; a daemon that ends downloads cancels some per download. More
   * is the attack "rapid reset" (CVE-2023-44487): work begun and thrown away outside all limits.
   */
  private static final int RESETS_PER_WINDOW = 2_000;

  private static final int RESET_WINDOW_SECONDS = 10;

  private GrpcServers() {}

  /**
   * A started server with its health service.
   *
   * @param server the server
   * @param health set the service "" to NOT_SERVING while it cannot work
   * @param afterwards what to end when the server has ended
   */
  public record Running(Server server, HealthStatusManager health, Runnable afterwards)
      implements AutoCloseable {
    /** The port on which it listens; -1 for a unix socket. */
    public int port() {
      return server.getPort();
    }

    /** Ends running calls after at most two seconds. Closing twice does no harm. */
    @Override
    public void close() {
      if (server.isShutdown()) {
        return;
      }
      health.enterTerminalState();
      server.shutdown();
      try {
        if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
          server.shutdownNow();
          server.awaitTermination(1, TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        server.shutdownNow();
        Thread.currentThread().interrupt();
      }
      afterwards.run();
    }
  }

  /**
   * Starts a server on TCP.
   *
   * @param address where to listen; port 0 for any free one
   * @throws DragonflyException CONFIG when the port is in use or the TLS files cannot be used
   */
  public static Running tcp(
      InetSocketAddress address, Optional<TlsConfig> tls, List<BindableService> services) {
    return tcp(address, tls, ServerLimits.DEFAULT, services);
  }

  /**
   * Starts a server on TCP with limits of its own.
   *
   * @param address where to listen; port 0 for any free one
   * @throws DragonflyException CONFIG when the port is in use or the TLS files cannot be used
   */
  public static Running tcp(
      InetSocketAddress address,
      Optional<TlsConfig> tls,
      ServerLimits limits,
      List<BindableService> services) {
    return start(
        NettyServerBuilder.forAddress(address, credentials(tls, limits)),
        limits,
        services,
        "gRPC address " + address.getHostString() + ":" + address.getPort(),
        () -> {});
  }

  /**
   * Starts a server on TCP whose calls run on an executor of the caller, for example one of virtual
   * threads for services that wait.
   *
   * @param address where to listen; port 0 for any free one
   * @throws DragonflyException CONFIG when the port is in use or the TLS files cannot be used
   */
  public static Running tcp(
      InetSocketAddress address,
      Optional<TlsConfig> tls,
      ServerLimits limits,
      List<BindableService> services,
      Executor executor) {
    return start(
        NettyServerBuilder.forAddress(address, credentials(tls, limits)).executor(executor),
        limits,
        services,
        "gRPC address " + address.getHostString() + ":" + address.getPort(),
        () -> {});
  }

  /**
   * Starts a server on a unix socket; the file must not exist.
   *
   * @throws DragonflyException CONFIG when it cannot be bound
   */
  public static Running unixSocket(Path socket, List<BindableService> services) {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(
                new DomainSocketAddress(socket.toFile()),
                credentials(Optional.empty(), ServerLimits.DEFAULT))
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops);
    return start(
        builder,
        ServerLimits.DEFAULT,
        services,
        "unix socket " + socket,
        loops::shutdownGracefully);
  }

  private static ServerCredentials credentials(Optional<TlsConfig> tls, ServerLimits limits) {
    ConnectionLimit limit = new ConnectionLimit(limits);
    if (tls.isEmpty()) {
      return HalfCloseReset.plaintext(limit);
    }
    TlsConfig files = tls.get();
    try {
      return HalfCloseReset.mutualTls(files, limit);
    } catch (IOException | IllegalArgumentException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, "cannot use the TLS files " + files + ": " + e, e);
    }
  }

  private static Running start(
      NettyServerBuilder builder,
      ServerLimits limits,
      List<BindableService> services,
      String what,
      Runnable afterwards) {
    HealthStatusManager health = new HealthStatusManager();
    services.forEach(builder::addService);
    builder
        .addService(
            ServerInterceptors.intercept(
                health.getHealthService(), new DatedAnswers(SystemTime.INSTANCE)))
        .addStreamTracerFactory(new StreamDeadlines())
        .intercept(new EarlyHeaders())
        // grpc-go measures bandwidth with a ping for each burst of data that it receives; to count
        // them as too many would end the connection of upstream's scheduler.
        .permitKeepAliveTime(0, TimeUnit.SECONDS)
        .permitKeepAliveWithoutCalls(true)
        .keepAliveTime(1, TimeUnit.MINUTES)
        .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
        .handshakeTimeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
        .flowControlWindow(FRAME_WINDOW)
        .maxInboundMetadataSize(MAX_HEADERS)
        .maxRstFramesPerWindow(RESETS_PER_WINDOW, RESET_WINDOW_SECONDS)
        .maxConcurrentCallsPerConnection(limits.callsPerConnection())
        .maxInboundMessageSize(limits.messageBytes());
    try {
      return new Running(builder.build().start(), health, afterwards);
    } catch (IOException e) {
      afterwards.run();
      throw new DragonflyException(
          ErrorCode.CONFIG,
          "cannot listen on "
              + what
              + ": "
              + e.getMessage()
              + "; is it in use? choose another in the configuration",
          e);
    }
  }
}
