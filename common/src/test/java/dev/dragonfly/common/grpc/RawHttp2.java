package dev.dragonfly.common.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of one gRPC stream that shows the frames, as gRPC's own does not. */
final class RawHttp2 implements AutoCloseable {
  private static final long LIMIT_SECONDS = 20;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final BlockingQueue<Http2StreamFrame> frames = new LinkedBlockingQueue<>();
  private @Nullable Http2StreamChannel stream;

  private RawHttp2() {}

  /** Connects to a local server and opens a stream. */
  static RawHttp2 connect(int port, Optional<SslContext> tls) throws InterruptedException {
    RawHttp2 client = new RawHttp2();
    Channel connection =
        new Bootstrap()
            .group(client.loop)
            .channel(NioSocketChannel.class)
            .handler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    tls.ifPresent(context ->
                        channel
                            .pipeline()
                            .addLast(context.newHandler(channel.alloc(), "localhost", port)));
                    channel
                        .pipeline()
                        .addLast(
                            Http2FrameCodecBuilder.forClient().build(),
                            new Http2MultiplexHandler(client.record()));
                  }
                })
            .connect("127.0.0.1", port)
            .sync()
            .channel();
    client.stream =
        new Http2StreamChannelBootstrap(connection).handler(client.record()).open().sync().getNow();
    return client;
  }

  /** Sends the headers of a call and leaves our side of the stream open. */
  void request(String path) throws InterruptedException {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .authority("localhost")
            .path(path)
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    stream().writeAndFlush(new DefaultHttp2HeadersFrame(headers, false)).sync();
  }

  /** Announces a message of this length and sends none of its bytes. */
  void sendMessagePrefix(int length) throws InterruptedException {
    stream()
        .writeAndFlush(
            new DefaultHttp2DataFrame(Unpooled.buffer(5).writeByte(0).writeInt(length), false))
        .sync();
  }

  /** The next frame of the kind; those before it are dropped. */
  <T extends Http2StreamFrame> T next(Class<T> kind) throws InterruptedException {
    while (true) {
      Http2StreamFrame frame = frames.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
      assertThat(frame).as("no %s came", kind.getSimpleName()).isNotNull();
      if (kind.isInstance(frame)) {
        return kind.cast(frame);
      }
      ReferenceCountUtil.release(frame);
    }
  }

  @Override
  public void close() throws InterruptedException {
    loop.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS).sync();
    frames.forEach(ReferenceCountUtil::release);
  }

  private Http2StreamChannel stream() {
    return Objects.requireNonNull(stream, "not connected");
  }

  private SimpleChannelInboundHandler<Http2StreamFrame> record() {
    return new SimpleChannelInboundHandler<>() {
      @Override
      protected void channelRead0(ChannelHandlerContext context, Http2StreamFrame frame) {
        frames.add(ReferenceCountUtil.retain(frame));
      }

      @Override
      public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof Http2StreamFrame frame) {
          frames.add(frame);
        }
      }
    };
  }
}
