package dev.dragonfly.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Asks for one URL again and again and throws the bytes away; as thin as a client can be, because
 * it shares the cores with those whom it measures. Not safe for several threads.
 */
final class BlobClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 30_000;
  static final int READ = 32 << 10; // As Go's io.Copy, with which container runtimes read.
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final URI uri;
  private final int length;
  private final boolean keeps;
  private final byte[] request;
  private final byte[] buffer = new byte[READ];
  private Socket socket = new Socket();

  /** One request: milliseconds to the first byte of the body, and to the last. */
  record Timing(double first, double last) {}

  /**
   * @param keeps whether all requests take one connection; else each takes its own
   */
  BlobClient(BlobServer server, boolean keeps) {
    this.uri = server.uri();
    this.length = server.length();
    this.keeps = keeps;
    this.request = server.request(keeps);
  }

  Timing get() throws IOException {
    long start = System.nanoTime();
    if (!socket.isConnected() || socket.isClosed()) {
      socket = new Socket(uri.getHost(), uri.getPort());
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.setTcpNoDelay(true);
    }
    socket.getOutputStream().write(request);
    InputStream in = socket.getInputStream();
    int received = bodyAfterHead(in);
    if (received == 0 && length > 0) {
      received = Math.max(0, in.read(buffer));
    }
    final long first = System.nanoTime();
    int n = received;
    while (received < length && (n = in.read(buffer)) > 0) {
      received += n;
    }
    long last = System.nanoTime();
    if (received != length) {
      throw new IOException("got %d bytes of %d from %s".formatted(received, length, uri));
    }
    if (!keeps) {
      socket.close();
    }
    return new Timing((first - start) / 1e6, (last - start) / 1e6);
  }

  /** Reads the head; returns how many bytes of the body came with it. */
  private int bodyAfterHead(InputStream in) throws IOException {
    int filled = 0;
    while (filled < buffer.length) {
      int n = in.read(buffer, filled, buffer.length - filled);
      if (n < 0) {
        break;
      }
      filled += n;
      String read = new String(buffer, 0, Math.min(filled, READ), StandardCharsets.ISO_8859_1);
      int end = read.indexOf(END_OF_HEAD);
      if (end >= 0) {
        if (!read.startsWith("HTTP/1.1 200 ")) {
          throw new IOException(uri + " answered " + read.lines().findFirst().orElse(""));
        }
        return filled - end - END_OF_HEAD.length();
      }
    }
    throw new IOException("the answer of " + uri + " ended in its head");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
