package dev.dragonfly.common.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that keeps to no rule of HTTP/2: it writes frames without asking whether it may. */
public final class HostileHttp2 implements AutoCloseable {
  /** Kinds of frames and codes of errors (RFC 9113, sections 6 and 7). */
  public static final byte DATA = 0;

  public static final byte HEADERS = 1;
  public static final byte RST_STREAM = 3;
  public static final byte SETTINGS = 4;
  public static final byte GO_AWAY = 7;
  public static final int REFUSED_STREAM = 7;
  public static final int ENHANCE_YOUR_CALM = 11;

  private static final int END_HEADERS = 4;
  private static final int LIMIT_MILLIS = 20_000;

  private final Socket socket;
  private final DataOutputStream out;
  private final DataInputStream in;

  /** A frame that the server sent; {@code code} is the error of an RST_STREAM or GOAWAY. */
  public record Frame(byte kind, int stream, int code) {}

  /** Connects to a local server. */
  public HostileHttp2(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(LIMIT_MILLIS);
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
    in = new DataInputStream(socket.getInputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** Opens a call; the settings of the server are never acknowledged. */
  public void call(int stream, String path, int headerBytes) throws IOException {
    Http2Headers headers =
        new DefaultHttp2Headers()
            .method("POST")
            .scheme("http")
            .authority("localhost")
            .path(path)
            .add("content-type", "application/grpc")
            .add("te", "trailers");
    if (headerBytes > 0) {
      headers.add("x-much", "x".repeat(headerBytes));
    }
    ByteBuf block = Unpooled.buffer();
    try {
      new DefaultHttp2HeadersEncoder((name, value) -> true).encodeHeaders(stream, headers, block);
    } catch (Http2Exception e) {
      throw new IOException("cannot write the headers of a call", e);
    }
    frame(HEADERS, END_HEADERS, stream, ByteBufUtil.getBytes(block));
  }

  /** Breaks a call off. */
  public void reset(int stream) throws IOException {
    frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
  }

  /** Sends bytes of a call in one frame, whatever the window is. */
  public void data(int stream, byte[] bytes) throws IOException {
    frame(DATA, 0, stream, bytes);
  }

  /** Sends what was written so far. */
  public void flush() throws IOException {
    out.flush();
  }

  /** The next frame of one of the kinds. */
  public Frame next(byte... kinds) throws IOException {
    while (true) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      byte kind = in.readByte();
      in.readByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      for (byte wanted : kinds) {
        if (kind == wanted) {
          return new Frame(kind, stream, code(kind, payload));
        }
      }
    }
  }

  private static int code(byte kind, byte[] payload) {
    ByteBuf bytes = Unpooled.wrappedBuffer(payload);
    return switch (kind) {
      case RST_STREAM -> bytes.getInt(0);
      case GO_AWAY -> bytes.getInt(Integer.BYTES);
      default -> 0;
    };
  }

  private void frame(byte kind, int flags, int stream, byte[] payload) throws IOException {
    out.writeByte(payload.length >> 16);
    out.writeShort(payload.length);
    out.writeByte(kind);
    out.writeByte(flags);
    out.writeInt(stream);
    out.write(payload);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
