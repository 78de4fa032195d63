package dev.dragonfly.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * Several connections that each ask for a blob again as soon as they have it, all on one thread:
 * the client shares the cores with those whom it measures. Not safe for several threads.
 */
final class BlobLoad implements AutoCloseable {
  private static final int END_OF_HEAD = 0x0d0a0d0a;
  private static final byte[] OK = "HTTP/1.1 200 ".getBytes(StandardCharsets.US_ASCII);
  private static final long SILENCE_MILLIS = 30_000;

  private final BlobServer server;
  private final int connections;
  private final boolean keeps;
  private final byte[] request;
  private final Selector selector;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BlobClient.READ);
  private final double[] millis = new double[1 << 20];
  private int done;

  /** What came of a slice of time. */
  record Outcome(double perSecond, double median, double late, double processorMicros) {}

  /** A connection and how far its answer is. */
  private static final class Asker {
    private final SocketChannel channel;
    private long startNanos;
    private int recent;
    private int received = -1;

    Asker(SocketChannel channel) {
      this.channel = channel;
    }
  }

  BlobLoad(BlobServer server, int connections, boolean keeps) throws IOException {
    this.server = server;
    this.connections = connections;
    this.keeps = keeps;
    this.request = server.request(keeps);
    this.selector = Selector.open();
    if (keeps) {
      for (int i = 0; i < connections; i++) {
        open();
      }
    }
  }

  /** Asks for a while, and returns when every answer that was asked for is there. */
  Outcome run(Duration time) throws IOException {
    done = 0;
    Duration before = server.processorTime();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    int busy = connections;
    if (keeps) {
      for (SelectionKey key : selector.keys()) {
        ask((Asker) key.attachment());
      }
    } else {
      for (int i = 0; i < connections; i++) {
        ask(open());
      }
    }
    while (busy > 0) {
      if (selector.select(SILENCE_MILLIS) == 0) {
        throw new IOException(server.uri() + " has sent nothing for " + SILENCE_MILLIS + " ms");
      }
      for (SelectionKey key : selector.selectedKeys()) {
        Asker asker = (Asker) key.attachment();
        if (takesAll(asker) && !goesOn(asker, end)) {
          busy--;
        }
      }
      selector.selectedKeys().clear();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double processor = server.processorTime().minus(before).toNanos() / 1e3;
    double[] sorted = Arrays.copyOf(millis, Math.min(done, millis.length));
    Arrays.sort(sorted);
    return new Outcome(
        done / seconds,
        sorted[sorted.length / 2],
        sorted[(int) (sorted.length * 0.99)],
        processor / done);
  }

  private Asker open() throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(server.uri().getHost(), server.uri().getPort()));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    Asker asker = new Asker(channel);
    channel.register(selector, SelectionKey.OP_READ, asker);
    return asker;
  }

  private void ask(Asker asker) throws IOException {
    asker.startNanos = System.nanoTime();
    asker.received = -1;
    asker.recent = 0;
    if (asker.channel.write(ByteBuffer.wrap(request)) != request.length) {
      throw new IOException("a request did not fit into an empty socket");
    }
  }

  /** Whether the next answer was asked for. */
  private boolean goesOn(Asker asker, long end) throws IOException {
    if (done < millis.length) {
      millis[done] = (System.nanoTime() - asker.startNanos) / 1e6;
    }
    done++;
    boolean more = System.nanoTime() < end;
    if (!keeps) {
      asker.channel.close();
    }
    if (more) {
      Asker next = keeps ? asker : open();
      ask(next);
    }
    return more;
  }

  /** Reads what is there; whether the answer has ended. */
  private boolean takesAll(Asker asker) throws IOException {
    buffer.clear();
    int n = asker.channel.read(buffer);
    buffer.flip();
    if (n < 0) {
      throw new IOException(server.uri() + " ended in the middle of an answer");
    }
    if (asker.received < 0) {
      skipHead(asker);
    }
    if (asker.received >= 0) {
      asker.received += buffer.remaining();
    }
    return asker.received == server.length();
  }

  private void skipHead(Asker asker) throws IOException {
    if (asker.recent == 0) {
      for (int i = 0; i < OK.length && i < buffer.limit(); i++) {
        if (buffer.get(i) != OK[i]) {
          throw new IOException(
              server.uri()
                  + " answered "
                  + StandardCharsets.ISO_8859_1
                      .decode(buffer.position(0))
                      .toString()
                      .lines()
                      .findFirst()
                      .orElse(""));
        }
      }
    }
    while (buffer.hasRemaining() && asker.received < 0) {
      asker.recent = asker.recent << 8 | buffer.get() & 0xff;
      asker.received = asker.recent == END_OF_HEAD ? 0 : -1;
    }
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}
