package dev.dragonfly.common.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Plays what a real client sent on an HTTP/2 connection (RFC 9113), frame by frame, to a server of
 * ours, and waits wherever the real server did something until ours has done the same.
 */
public final class Replay implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int GRPC_PREFIX = 5;
  private static final int FRAME_HEAD = 9;
  private static final int STREAMS = 64;
  private static final int ACK = 1;

  /** What a server does on a stream. */
  public enum Kind {
    SETTINGS,
    HEADERS,
    MESSAGE,
    TRAILERS,
    RESET
  }

  /**
   * Something that the server did.
   *
   * @param content of a message; the gRPC status of trailers; the error code of a reset
   * @param nanos when
   */
  @SuppressWarnings("ArrayRecordComponent") // Read, not compared.
  public record Event(Kind kind, int stream, byte[] content, long nanos) {
    /** The content as text. */
    public String text() {
      return new String(content, StandardCharsets.US_ASCII);
    }
  }

  private final List<String> script = new ArrayList<>();
  private final Socket socket;
  private final BlockingQueue<Event> arrived = new LinkedBlockingQueue<>();
  private final List<Event> seen = new ArrayList<>();
  private final Queue<String> said = new ConcurrentLinkedQueue<>();

  /**
   * Connects to a local server.
   *
   * @param anchor a class in whose package the recording is
   */
  public Replay(Class<?> anchor, String recording, int port) {
    try (InputStream in =
        Objects.requireNonNull(anchor.getResourceAsStream(recording), recording)) {
      new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .forEach(script::add);
      socket = new Socket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name("replay").start(this::read);
  }

  /**
   * Plays it all; returns everything that the server did on streams, in order.
   *
   * @throws AssertionError when the server did not do within 10 s what the real one did
   */
  public List<Event> play() throws IOException, InterruptedException {
    socket.getOutputStream().write(PREFACE);
    Map<String, Integer> counts = new HashMap<>();
    for (String line : script) {
      if (line.startsWith("C ")) {
        socket.getOutputStream().write(HexFormat.of().parseHex(line.substring(2)));
        continue;
      }
      String[] parts = line.split(" ");
      Kind kind = Kind.valueOf(parts[1]);
      int stream = Integer.parseInt(parts[2]);
      await(kind, stream, counts.merge(kind + " " + stream, 1, Integer::sum));
    }
    arrived.drainTo(seen);
    return seen;
  }

  /** Leaves out what comes after the last line like this. */
  public Replay until(String line) {
    script.subList(script.lastIndexOf(line) + 1, script.size()).clear();
    return this;
  }

  /** Has the client send other bytes, both as hex digits, wherever it sent these. */
  public Replay instead(String sent, String other) {
    assert script.stream().anyMatch(line -> line.contains(sent)) : sent;
    script.replaceAll(line -> line.replace(sent, other));
    return this;
  }

  /** Leaves out what comes after the frame with which the client opens a stream. */
  public Replay untilRequest(int stream) {
    String head = "01[0-9a-f]{2}%08x".formatted(stream);
    int last = 0;
    while (!script.get(last).matches("C [0-9a-f]{6}" + head + ".*")) {
      last++;
    }
    script.subList(last + 1, script.size()).clear();
    return this;
  }

  /** Adds lines: {@code S} and what the server shall do. */
  public Replay then(String... lines) {
    script.addAll(List.of(lines));
    return this;
  }

  /** Adds a message of the client on a stream that it leaves open. */
  public Replay thenMessage(int stream, byte[] message) {
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD + GRPC_PREFIX + message.length);
    int length = GRPC_PREFIX + message.length;
    frame.put((byte) (length >> 16)).putShort((short) length);
    frame.put((byte) 0).put((byte) 0).putInt(stream);
    frame.put((byte) 0).putInt(message.length).put(message);
    script.add("C " + HexFormat.of().formatHex(frame.array()));
    return this;
  }

  /** Waits until the server has done this on the stream so many times in all. */
  public void await(Kind kind, int stream, int count) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (seen.stream().filter(e -> e.kind() == kind && e.stream() == stream).count() < count) {
      Event next = arrived.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError(
            "the server did not send %s %d of stream %d; it sent %s; %s"
                .formatted(
                    kind,
                    count,
                    stream,
                    seen.stream()
                        .map(e ->
                            e.kind() == Kind.MESSAGE
                                ? "MESSAGE " + e.stream()
                                : e.kind() + " " + e.stream() + " " + e.text())
                        .toList(),
                    said));
      }
      seen.add(next);
    }
  }

  /**
   * Watches the stream for so long.
   *
   * @throws AssertionError when the server ended it, or sent a message
   */
  public void assertSilent(int stream, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    Event next;
    while ((next = arrived.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS)) != null) {
      seen.add(next);
      if (next.stream() == stream || next.stream() == 0) {
        throw new AssertionError(
            "stream %d saw %s %s; %s".formatted(stream, next.kind(), next.text(), said));
      }
    }
  }

  /** The server's frames, until the connection ends. */
  private void read() {
    DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);
    List<ByteBuf> partial = new ArrayList<>();
    for (int i = 0; i < STREAMS; i++) {
      partial.add(Unpooled.buffer());
    }
    try {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      while (true) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = in.readNBytes(length);
        switch (type) {
          case 0 -> messages(stream, partial.get(stream).writeBytes(payload));
          case 1 -> headers(stream, hpack.decodeHeaders(stream, Unpooled.wrappedBuffer(payload)));
          case 3 ->
              add(Kind.RESET, stream, String.valueOf(Unpooled.wrappedBuffer(payload).readInt()));
          case 4 -> settings(flags);
          case 7 -> said.add("GOAWAY " + new String(payload, StandardCharsets.ISO_8859_1));
          default -> {}
        }
      }
    } catch (IOException | Http2Exception e) {
      add(Kind.RESET, 0, "connection ended: " + e);
    }
  }

  private void settings(int flags) {
    if ((flags & ACK) == 0) {
      add(Kind.SETTINGS, 0, "");
    }
  }

  private void headers(int stream, Http2Headers headers) {
    CharSequence status = headers.get("grpc-status");
    if (status == null) {
      add(Kind.HEADERS, stream, "");
    } else {
      CharSequence message = headers.get("grpc-message");
      said.add(status + ": " + message);
      add(Kind.TRAILERS, stream, status.toString());
    }
  }

  private void messages(int stream, ByteBuf data) {
    while (data.readableBytes() >= GRPC_PREFIX
        && data.readableBytes() >= GRPC_PREFIX + data.getInt(data.readerIndex() + 1)) {
      data.skipBytes(1);
      byte[] message = new byte[data.readInt()];
      data.readBytes(message);
      arrived.add(new Event(Kind.MESSAGE, stream, message, System.nanoTime()));
    }
  }

  private void add(Kind kind, int stream, String content) {
    arrived.add(
        new Event(kind, stream, content.getBytes(StandardCharsets.US_ASCII), System.nanoTime()));
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
