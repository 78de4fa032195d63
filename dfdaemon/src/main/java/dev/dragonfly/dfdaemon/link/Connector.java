package dev.dragonfly.dfdaemon.link;

import dev.dragonfly.dfdaemon.net.ReadPlaces;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections for sessions, and what this host says first on them. Safe for any thread. */
final class Connector implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final long UNSENT_BYTES = 128 << 10;
  private static final long CLOSE_SECONDS = 2;

  private final LinkGround ground;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  Connector(LinkGround ground) {
    this.ground = ground;
  }

  /** Begins to connect; nothing is said yet. */
  ChannelFuture dial(InetSocketAddress at) {
    return new Bootstrap()
        .group(ground.loops().group())
        .channel(ground.loops().channel())
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                adopt(channel);
              }
            })
        .connect(at);
  }

  /** Makes a connection one of sessions. */
  void adopt(Channel channel) {
    connections.add(channel);
    ReadPlaces.of(channel);
    // The end of the other side's sending is the end of a session.
    channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
    if (ground.loops().epoll()) {
      // What the kernel holds unsent goes out before anything that is said from now on.
      channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_BYTES);
    }
  }

  ByteBuf hello() {
    return Frames.hello(
        new Frames.Hello(
            Frames.VERSION, Frames.VERSION, ground.self().value(), ground.port().getAsInt()));
  }

  /** Says that this connection will be no session, and ends it. */
  void refuse(Channel channel, String why) {
    LOG.debug("session refused peer={} why={}", channel.remoteAddress(), why);
    channel
        .writeAndFlush(Frames.end(Frames.CLOSE, 0, CloseReason.REFUSED, why))
        .addListener(written -> channel.close());
  }

  /** Whether both come from the same address, whatever their ports. */
  static boolean isSameAddress(Channel one, Channel other) {
    return one.remoteAddress() instanceof InetSocketAddress here
        && other.remoteAddress() instanceof InetSocketAddress there
        && here.getAddress().equals(there.getAddress());
  }

  /** Ends all connections; waits at most 2 s. */
  @Override
  public void close() {
    connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
