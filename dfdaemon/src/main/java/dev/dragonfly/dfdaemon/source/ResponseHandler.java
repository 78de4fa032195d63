package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.ContentQueue;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes one HTTP response: its head completes a future, its content goes into a queue that stops
 * the socket when it is full. Event loop; what it says may be asked from any thread.
 */
final class ResponseHandler extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<HttpResponse> head = new CompletableFuture<>();
  private final ContentQueue content = new ContentQueue();
  private final String what;
  private @Nullable HttpResponse arrived;
  private boolean complete;
  private boolean kept;
  private String announced = "its end";
  private long received;
  private volatile boolean over;
  private volatile boolean silent = true;

  ResponseHandler(String what) {
    this.what = what;
  }

  CompletableFuture<HttpResponse> head() {
    return head;
  }

  ContentQueue content() {
    return content;
  }

  /** Whether the whole answer came and the server keeps the connection. */
  boolean isOver() {
    return over;
  }

  /** Whether the exchange failed before a byte of the answer came. */
  boolean endedBeforeAnswer() {
    return silent && head.isCompletedExceptionally();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    silent = false;
    if (complete) {
      ReferenceCountUtil.release(
          message); // Nobody asked for it: what follows is not to be trusted.
      context.close();
      return;
    }
    if (message instanceof HttpResponse response) {
      if (response.decoderResult().isFailure()) {
        fail("the answer is not HTTP", response.decoderResult().cause());
        context.close();
        return;
      }
      if (response.status().code() >= 200) {
        String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        announced = length == null ? announced : length + " bytes";
        kept = HttpUtil.isKeepAlive(response);
        arrived = response;
      }
    }
    if (message instanceof HttpContent part) {
      take(part);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  private void take(HttpContent part) {
    received += part.content().readableBytes();
    if (part.content().isReadable()) {
      content.put(part.content());
    } else {
      part.release();
    }
    if (part instanceof LastHttpContent && arrived != null) {
      complete = part.decoderResult().isSuccess();
      if (complete) {
        over = kept;
        content.end();
      } else {
        fail("the body is malformed", part.decoderResult().cause());
      }
    }
    tellHead();
  }

  /** Not before what came with the head: an answer without a body is over when it is known. */
  private void tellHead() {
    if (arrived != null) {
      head.complete(arrived);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    tellHead();
    // While a connection is kept, a read waits for its end, or for what must not come.
    if (!head.isDone() || complete || content.wantsMore()) {
      context.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    channelInactive();
  }

  /** The connection is no more. */
  void channelInactive() {
    if (!complete) {
      tellHead();
      fail(
          head.isDone()
              ? "the connection ended after %d bytes (expected %s)".formatted(received, announced)
              : "the connection ended before an answer came",
          null);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(String.valueOf(cause), cause);
    context.close();
  }

  private void fail(String why, @Nullable Throwable cause) {
    DragonflyException failure =
        new DragonflyException(ErrorCode.UNAVAILABLE, "source " + what + ": " + why, cause);
    head.completeExceptionally(failure);
    content.fail(failure);
  }
}
