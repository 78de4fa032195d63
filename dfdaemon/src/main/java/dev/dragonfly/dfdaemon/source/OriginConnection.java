package dev.dragonfly.dfdaemon.source;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import java.net.InetAddress;

/** A connection to an origin, for one exchange after the other. Used by one exchange at a time. */
final class OriginConnection {
  private final Channel channel;
  private final To to;
  private ResponseHandler handler; // Of the owner of the exchange; handed on with the connection.
  private boolean used;
  private boolean wanted;

  /** How often it was kept, and whether a timer looks at it. Guarded by who keeps it. */
  long uses;

  boolean watched;

  /**
   * Whom it leads to: a connection is used again only for the same address, and with TLS for the
   * same name.
   */
  record To(InetAddress address, int port, boolean tls, String host) {
    static To of(SourceUrl url, InetAddress address) {
      return new To(address, url.port(), url.isTls(), url.host());
    }
  }

  /**
   * @param first takes the first answer; in the pipeline from the beginning, since a handshake may
   *     fail before anything is asked
   */
  OriginConnection(Channel channel, To to, ResponseHandler first) {
    this.channel = channel;
    this.to = to;
    this.handler = first;
  }

  Channel channel() {
    return channel;
  }

  To to() {
    return to;
  }

  /** Sends a request and takes it over; the handler gets the answer. */
  ResponseHandler begin(String what, FullHttpRequest message) {
    boolean again = used;
    ResponseHandler next = again ? new ResponseHandler(what) : handler;
    handler = next;
    used = true;
    wanted = HttpUtil.isKeepAlive(message);
    channel
        .eventLoop()
        .execute(() -> {
          if (again && channel.isActive()) {
            channel.pipeline().replace(ResponseHandler.class, null, next);
          }
          if (!channel.isActive()) {
            message.release();
            next.channelInactive();
            return;
          }
          channel.writeAndFlush(message);
          channel.read();
        });
    return next;
  }

  /** Whether it ended before a byte of the last answer came. */
  boolean endedBeforeAnswer() {
    return handler.endedBeforeAnswer();
  }

  /** Whether the last answer is over and both ends keep the connection. */
  boolean isFree() {
    return wanted && handler.isOver() && channel.isActive();
  }

  void close() {
    channel.close();
  }
}
