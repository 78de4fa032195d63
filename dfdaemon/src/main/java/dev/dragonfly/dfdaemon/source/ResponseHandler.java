package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.dfdaemon.net.ContentQueue;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes one HTTP response: its head completes a future, its content goes into a queue that stops
 * the socket when it is full. Event loop.
 */
final class ResponseHandler extends ChannelInboundHandlerAdapter {
  private final CompletableFuture<HttpResponse> head = new CompletableFuture<>();
  private final ContentQueue content = new ContentQueue();
  private final String what;
  private boolean complete;
  private String announced = "its end";
  private long received;

  ResponseHandler(String what) {
    this.what = what;
  }

  CompletableFuture<HttpResponse> head() {
    return head;
  }

  ContentQueue content() {
    return content;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpResponse response) {
      if (response.decoderResult().isFailure()) {
        fail("the answer is not HTTP", response.decoderResult().cause());
        context.close();
        return;
      }
      if (response.status().code() >= 200) {
        String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        announced = length == null ? announced : length + " bytes";
        head.complete(response);
      }
    }
    if (message instanceof HttpContent part) {
      received += part.content().readableBytes();
      if (part.content().isReadable()) {
        content.put(part.content());
      } else {
        part.release();
      }
      if (part instanceof LastHttpContent && head.isDone()) {
        complete = part.decoderResult().isSuccess();
        if (complete) {
          content.end();
        } else {
          fail("the body is malformed", part.decoderResult().cause());
        }
      }
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!head.isDone() || content.wantsMore()) {
      context.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!complete) {
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
