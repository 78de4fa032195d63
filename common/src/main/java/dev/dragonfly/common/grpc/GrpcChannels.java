package dev.dragonfly.common.grpc;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import io.grpc.ChannelCredentials;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes gRPC channels, with TLS where configured. Whoever gets a channel shuts it down. */
public final class GrpcChannels {
  private static final int MAX_MESSAGE = 4 << 20;

  /** The daemon of this machine lists all pieces of a task in one answer. */
  private static final int MAX_LOCAL_MESSAGE = 32 << 20;

  /** A server of grpc-go closes connections that ping more often than every five minutes. */
  private static final int PING_SECONDS = 305;

  private final Optional<TlsConfig> tls;

  public GrpcChannels(Optional<TlsConfig> tls) {
    this.tls = tls;
  }

  /**
   * A channel to a host; connects when first used. A host that vanished is noticed by pings after
   * five minutes: callers that can't wait so long bound their calls.
   */
  public ManagedChannel tcp(String host, int port) {
    return NettyChannelBuilder.forAddress(host, port, credentials())
        .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .idleTimeout(10, TimeUnit.MINUTES)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 3_000)
        .maxInboundMessageSize(MAX_MESSAGE)
        .disableRetry()
        .build();
  }

  /** A channel to a local service, without TLS; all share one daemon thread. */
  public static ManagedChannel unixSocket(Path socket) {
    EventLoopGroup loop = UnixLoop.GROUP;
    return NettyChannelBuilder.forAddress(
            new DomainSocketAddress(socket.toFile()), InsecureChannelCredentials.create())
        .overrideAuthority("localhost")
        .channelType(EpollDomainSocketChannel.class)
        .eventLoopGroup(loop)
        .maxInboundMessageSize(MAX_LOCAL_MESSAGE)
        .disableRetry()
        .build();
  }

  private ChannelCredentials credentials() {
    if (tls.isEmpty()) {
      return InsecureChannelCredentials.create();
    }
    try {
      return TlsChannelCredentials.newBuilder()
          .keyManager(tls.get().certFile().toFile(), tls.get().keyFile().toFile())
          .trustManager(tls.get().caFile().toFile())
          .build();
    } catch (IOException e) {
      throw new DragonflyException(
          ErrorCode.CONFIG, "cannot use the TLS files " + tls.get() + ": " + e, e);
    }
  }

  /** One daemon thread for all unix sockets, made when first needed. */
  private static final class UnixLoop {
    static final EventLoopGroup GROUP =
        new MultiThreadIoEventLoopGroup(
            1, Threads.daemonFactory("unix-socket"), EpollIoHandler.newFactory());
  }
}
