package dev.dragonfly.dfdaemon.proxy;

import dev.dragonfly.common.time.Time;
import dev.dragonfly.dfdaemon.net.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One response to one client. Used by one thread at a time: by a virtual one, which waits, or by
 * the event loop of the connection, which only gives. Of the first two writes may be in flight, so
 * that the next bytes are prepared while the client takes the ones before; a client that takes
 * nothing for too long is let go.
 */
final class ClientResponse {
  private static final long CLOSE_SECONDS = 5;

  private final Channel channel;
  private final ClientDialect dialect;
  private final Duration stallTimeout;
  private final Time time;
  private final long startNanos;
  private ChannelFuture last;
  private ChannelFuture beforeLast;
  private int status;
  private long bytes;
  private long firstByteNanos;
  private boolean ended;
  private boolean complete;
  private long announced = -1;
  private @Nullable HttpResponse pending;

  ClientResponse(Channel channel, ClientDialect dialect, Duration stallTimeout, Time time) {
    this.channel = channel;
    this.dialect = dialect;
    this.stallTimeout = stallTimeout;
    this.time = time;
    this.startNanos = time.nanos();
    this.last = channel.newSucceededFuture();
    this.beforeLast = last;
  }

  /** Whether the head has been given away. */
  boolean isStarted() {
    return status != 0;
  }

  /** Whether everything was given and taken. */
  boolean isEnded() {
    return ended;
  }

  /** Whether somebody still listens. */
  boolean isOpen() {
    return channel.isActive();
  }

  /**
   * Runs the action, on an event loop, when the client goes away.
   *
   * @return forgets the action: a connection lives for many requests
   */
  Runnable whenClosed(Runnable action) {
    ChannelFutureListener listener = closed -> action.run();
    channel.closeFuture().addListener(listener);
    return () -> channel.closeFuture().removeListener(listener);
  }

  int status() {
    return status;
  }

  /** Bytes of the body so far. */
  long bytes() {
    return bytes;
  }

  Duration sinceStart() {
    return Duration.ofNanos(time.nanos() - startNanos);
  }

  /** From the request to the head of the response. */
  Duration toFirstByte() {
    return Duration.ofNanos(firstByteNanos == 0 ? 0 : firstByteNanos - startNanos);
  }

  /**
   * Gives the head away; it travels with the first bytes of the body.
   *
   * @param length bytes that will follow; absent for as many as come
   */
  void head(int code, Headers header, OptionalLong length) {
    give(code, prepared(header), length);
  }

  /** The same with headers that are given away again and again. */
  void headOf(int code, HttpHeaders prepared, OptionalLong length) {
    give(code, prepared.copy(), length);
  }

  /** Headers whose names and values were looked at, which takes longer than to copy them. */
  static HttpHeaders prepared(Headers header) {
    HttpHeaders prepared = new DefaultHttpHeaders();
    for (Map.Entry<String, String> entry : header.entries()) {
      prepared.add(entry.getKey(), entry.getValue());
    }
    return prepared;
  }

  private void give(int code, HttpHeaders header, OptionalLong length) {
    HttpResponse head =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code), header);
    if (length.isPresent()) {
      head.headers().set(HttpHeaderNames.CONTENT_LENGTH, length.getAsLong());
    } else if (dialect.chunked() && code != 304 && code != 204) {
      HttpUtil.setTransferEncodingChunked(head, true);
    }
    if (dialect.toldToKeepAlive() && HttpUtil.isContentLengthSet(head)) {
      head.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    status = code;
    firstByteNanos = time.nanos();
    pending = head;
    announced = length.orElse(-1);
  }

  /** A whole response with a short text. */
  void full(int code, Headers header, String text) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    head(code, header, OptionalLong.of(body.length));
    if (push(Unpooled.wrappedBuffer(body))) {
      end();
    }
  }

  /** An empty buffer for bytes to be given away; whoever takes it pushes or releases it. */
  ByteBuf buffer(int length) {
    return channel.alloc().directBuffer(length, length);
  }

  /** Gives bytes away and takes the buffer over; false when the client is gone. */
  boolean push(ByteBuf buffer) {
    return push(content(buffer), buffer.readableBytes());
  }

  /** Gives a part of a file away and takes the region over; false when the client is gone. */
  boolean push(FileRegion region) {
    return push(region, region.count());
  }

  private boolean push(Object message, long length) {
    if (!taken(beforeLast)) {
      ReferenceCountUtil.release(message);
      return false;
    }
    writeHead();
    noteGiven(channel.writeAndFlush(message), length);
    return true;
  }

  /**
   * Writes bytes and takes the buffer over, without a flush and without waiting for what was given
   * before; for event loops. Done when they are taken.
   */
  ChannelFuture give(ByteBuf buffer) {
    return give(content(buffer), buffer.readableBytes());
  }

  /** The same with a part of a file. */
  ChannelFuture give(FileRegion region) {
    return give(region, region.count());
  }

  private ChannelFuture give(Object message, long length) {
    writeHead();
    return noteGiven(channel.write(message), length);
  }

  /** Head, body and end are one message, and one write, where the body is whole. */
  private Object content(ByteBuf buffer) {
    HttpResponse head = pending;
    if (head == null || buffer.readableBytes() != announced) {
      return new DefaultHttpContent(buffer);
    }
    pending = null;
    complete = true;
    return new DefaultFullHttpResponse(
        head.protocolVersion(), head.status(), buffer, head.headers(), EmptyHttpHeaders.INSTANCE);
  }

  private ChannelFuture noteGiven(ChannelFuture write, long length) {
    beforeLast = last;
    last = write;
    bytes += length;
    return write;
  }

  /** Nothing follows; done when everything was taken. No flush either. */
  ChannelFuture finish() {
    if (!complete) {
      writeHead();
      last = channel.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    return last;
  }

  /** The client has taken everything. */
  void finished() {
    ended = true;
  }

  /** Sends the head although no byte of the body is there yet. */
  void flush() {
    writeHead();
    channel.flush();
  }

  private void writeHead() {
    if (pending != null) {
      channel.write(pending);
      pending = null;
    }
  }

  /** Nothing follows; returns when the client has taken everything, or is gone. */
  boolean end() {
    finish();
    channel.flush();
    ended = taken(last);
    return ended;
  }

  /** Returns when nothing is in flight any more, whether it was taken or not. */
  void settle() {
    taken(last);
  }

  /** Where a connection lives. */
  EventLoop loop() {
    return channel.eventLoop();
  }

  /** Breaks off without waiting for the end. */
  void letGo() {
    channel.close();
  }

  /**
   * Breaks off, so that the client cannot take what it got for the whole. Nothing is in flight
   * afterwards.
   */
  void abort() {
    channel.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }

  private boolean taken(ChannelFuture write) {
    boolean done = write.awaitUninterruptibly(stallTimeout.toMillis(), TimeUnit.MILLISECONDS);
    if (!done || !write.isSuccess()) {
      abort();
      return false;
    }
    return true;
  }
}
