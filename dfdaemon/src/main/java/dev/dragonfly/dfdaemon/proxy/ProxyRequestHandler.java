package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.concurrent.Threads;
import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.Headers;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request of a connection at a time: the next one is looked at when the response to this one
 * has been taken. The socket is not read while an answer takes longer. Event loop.
 */
final class ProxyRequestHandler extends ChannelInboundHandlerAdapter {

  /** Of a GET or HEAD, which have none: enough to pass over what odd clients send. */
  private static final long MAX_BODY = 64 << 10;

  private final SlowClients slow;
  private final Duration stallTimeout;
  private final Time time;
  private final Answers answers;
  private @Nullable ProxyRequest request;
  private @Nullable ProxyRequest before;
  private ClientDialect dialect = ClientDialect.HTTP_1_1;
  private long body;
  private boolean answering;

  /** Who answers. */
  @FunctionalInterface
  interface Answers {
    /**
     * Begins to answer; does not block.
     *
     * @param over run once at the end, by any thread, maybe before this returns
     */
    void answer(ProxyRequest request, ClientResponse response, Runnable over);
  }

  ProxyRequestHandler(SlowClients slow, Duration stallTimeout, Time time, Answers answers) {
    this.slow = slow;
    this.stallTimeout = stallTimeout;
    this.time = time;
    this.answers = answers;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (message instanceof HttpRequest head) {
        if (head.decoderResult().isFailure()) {
          refuse(context, head.decoderResult());
          return;
        }
        ProxyRequest fresh = of(context, head);
        request = before == null ? fresh : fresh.after(before);
        before = request;
        dialect = ClientDialect.of(head);
        body = 0;
        if (!head.method().name().equals("GET") && !head.method().name().equals("HEAD")) {
          start(context, true); // What follows is not read: the connection ends with the answer.
          return;
        }
      }
      if (message instanceof HttpContent content) {
        body += content.content().readableBytes();
        if (content.decoderResult().isFailure() || body > MAX_BODY) {
          refuse(context, content.decoderResult());
          return;
        }
      }
      if (message instanceof LastHttpContent && request != null) {
        start(context, false);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private static ProxyRequest of(ChannelHandlerContext context, HttpRequest head) {
    Headers header = Headers.of(head.headers());
    InetAddress client =
        context.channel().remoteAddress() instanceof InetSocketAddress socket
            ? socket.getAddress()
            : InetAddress.getLoopbackAddress();
    return new ProxyRequest(head.method().name(), head.uri(), header, client);
  }

  private void start(ChannelHandlerContext context, boolean thenClose) {
    ProxyRequest mine = request;
    request = null;
    if (mine == null) {
      return;
    }
    answering = true;
    slow.answering();
    ClientResponse response = new ClientResponse(context.channel(), dialect, stallTimeout, time);
    answers.answer(mine, response, () -> over(context, response, thenClose));
    if (answering) {
      context.channel().config().setAutoRead(false);
    }
  }

  private void over(ChannelHandlerContext context, ClientResponse response, boolean thenClose) {
    if (thenClose || !response.isEnded()) {
      // Who got a part must not take it for the whole, nor the next answer for the rest.
      context.channel().close();
    } else if (context.channel().eventLoop().inEventLoop()) {
      next(context);
    } else {
      context.channel().eventLoop().execute(() -> next(context));
    }
  }

  private void next(ChannelHandlerContext context) {
    answering = false;
    slow.answered(context);
    context.channel().config().setAutoRead(true); // Which reads, if it was not so before.
  }

  /** Answers what is no request and ends the connection. */
  private void refuse(ChannelHandlerContext context, DecoderResult result) {
    request = null;
    answering = true;
    context.channel().config().setAutoRead(false);
    slow.answering();
    int status = 400;
    if (result.cause() instanceof TooLongHttpHeaderException) {
      status = 431;
    } else if (result.cause() instanceof TooLongHttpLineException) {
      status = 414;
    } else if (result.isSuccess()) {
      status = 413;
    }
    int code = status;
    ClientResponse response = new ClientResponse(context.channel(), dialect, stallTimeout, time);
    Threads.virtual(
        "proxy-refuse",
        () -> {
          response.full(
              code,
              Headers.of("Connection", "close", "Content-Type", OciError.MEDIA_TYPE),
              OciError.json("UNSUPPORTED", "this is no request that can be answered"));
          context.channel().close();
        });
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}
