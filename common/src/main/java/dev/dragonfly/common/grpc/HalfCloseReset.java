package dev.dragonfly.common.grpc;

import io.grpc.ServerCredentials;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.util.AsciiString;
import javax.net.ssl.SSLException;

/**
 * The negotiation of our servers: refuses connections beyond the limit, and is an interop shim:
 * when our side of a stream has ended and the client's is still open, resets the stream with
 * NO_ERROR. Upstream's client waits for that after its last message; grpc-java does not send it
 * (grpc-java#2162), so the client would wait for ever.
 */
final class HalfCloseReset implements InternalProtocolNegotiator.ProtocolNegotiator {
  private final InternalProtocolNegotiator.ProtocolNegotiator negotiator;
  private final ConnectionLimit limit;

  private HalfCloseReset(
      InternalProtocolNegotiator.ProtocolNegotiator negotiator, ConnectionLimit limit) {
    this.negotiator = negotiator;
    this.limit = limit;
  }

  /** Credentials of a plaintext server with this shim. */
  static ServerCredentials plaintext(ConnectionLimit limit) {
    return InternalNettyServerCredentials.create(
        new HalfCloseReset(InternalProtocolNegotiators.serverPlaintext(), limit));
  }

  /**
   * Credentials of a server with this shim that wants a certificate of its clients.
   *
   * @throws SSLException when the files cannot be used
   */
  static ServerCredentials mutualTls(TlsConfig files, ConnectionLimit limit) throws SSLException {
    SslContext context =
        GrpcSslContexts.forServer(files.certFile().toFile(), files.keyFile().toFile())
            .trustManager(files.caFile().toFile())
            .clientAuth(ClientAuth.REQUIRE)
            .build();
    return InternalNettyServerCredentials.create(
        new HalfCloseReset(InternalProtocolNegotiators.serverTls(context), limit));
  }

  @Override
  public AsciiString scheme() {
    return negotiator.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler handler) {
    return new Install(handler, negotiator.newHandler(handler), limit);
  }

  @Override
  public void close() {
    negotiator.close();
  }

  /**
   * Learns the channel, which is the first moment to refuse it, adds the listener and makes way for
   * gRPC's own negotiation.
   */
  private static final class Install extends ChannelHandlerAdapter {
    private final GrpcHttp2ConnectionHandler handler;
    private final ChannelHandler next;
    private final ConnectionLimit limit;

    Install(GrpcHttp2ConnectionHandler handler, ChannelHandler next, ConnectionLimit limit) {
      this.handler = handler;
      this.next = next;
      this.limit = limit;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      if (!limit.admit(context.channel())) {
        return;
      }
      handler.connection().addListener(new ResetOnHalfClose(handler, context.channel()));
      context.pipeline().replace(this, null, next);
    }
  }

  private static final class ResetOnHalfClose extends Http2ConnectionAdapter {
    private final GrpcHttp2ConnectionHandler handler;
    private final Channel channel;

    ResetOnHalfClose(GrpcHttp2ConnectionHandler handler, Channel channel) {
      this.handler = handler;
      this.channel = channel;
    }

    @Override
    public void onStreamHalfClosed(Http2Stream stream) {
      if (stream.state() != Http2Stream.State.HALF_CLOSED_LOCAL) {
        return;
      }
      channel.eventLoop().execute(() -> reset(stream));
    }

    private void reset(Http2Stream stream) {
      ChannelHandlerContext context = channel.pipeline().context(handler);
      if (context != null && stream.state() == Http2Stream.State.HALF_CLOSED_LOCAL) {
        handler
            .encoder()
            .writeRstStream(context, stream.id(), Http2Error.NO_ERROR.code(), context.newPromise());
        context.flush();
      }
    }
  }
}
