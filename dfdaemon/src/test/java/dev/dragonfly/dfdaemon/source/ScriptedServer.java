package dev.dragonfly.dfdaemon.source;

import dev.dragonfly.common.concurrent.Threads;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A web server on an ephemeral port that does exactly what the script says, right or wrong. One
 * request for each connection unless it keeps them, a virtual thread for each connection.
 */
public final class ScriptedServer implements AutoCloseable {
  private final ServerSocket socket;
  private final Script script;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean keeping;

  /** What is answered. */
  public interface Script {
    void answer(Request request, Connection connection) throws IOException;
  }

  /** What was asked; header names in lower case. */
  public record Request(String method, String target, Map<String, String> header) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(header.get(name));
    }

    /** Both bounds of a Range header, the last one included. */
    public Optional<long[]> range() {
      return header("range")
          .map(text -> text.substring("bytes=".length()).split("-"))
          .map(parts -> new long[] {Long.parseLong(parts[0]), Long.parseLong(parts[1])});
    }
  }

  /** The answering end of a connection. */
  public final class Connection {
    private final Socket peer;
    private final OutputStream out;

    Connection(Socket peer) throws IOException {
      this.peer = peer;
      this.out = peer.getOutputStream();
    }

    /** Sends the lines, each with its end. */
    public Connection lines(String... lines) throws IOException {
      return send((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    public Connection send(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
      return this;
    }

    /** Ends the connection with a reset. */
    public void reset() throws IOException {
      peer.setSoLinger(true, 0);
      peer.close();
    }

    /** Waits until the other end hangs up or the server is closed. */
    public void untilHungUp() throws IOException {
      while (peer.getInputStream().read() >= 0) {
        // What else is sent is of no interest.
      }
    }

    /** Waits; false when the server was closed meanwhile. */
    public boolean pause(long millis) {
      try {
        return !closing.await(millis, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return false;
      }
    }
  }

  public ScriptedServer(Script script) throws IOException {
    this(InetAddress.getByName("127.0.0.1"), script);
  }

  public ScriptedServer(InetAddress address, Script script) throws IOException {
    this(new ServerSocket(0, 50, address), script);
  }

  /** Takes the socket over. */
  ScriptedServer(ServerSocket socket, Script script) {
    this.script = script;
    this.socket = socket;
    Threads.virtual("scripted-server", this::accept);
  }

  /** Connections are kept from now on, for as long as the script leaves them open. */
  public ScriptedServer keeping() {
    keeping = true;
    return this;
  }

  public String url(String target) {
    return "http://" + socket.getInetAddress().getHostAddress() + ":" + port() + target;
  }

  public int port() {
    return socket.getLocalPort();
  }

  /** All requests so far, in the order of their coming. */
  public List<Request> requests() {
    return requests;
  }

  /** How many connections came so far. */
  public int accepted() {
    return accepted.get();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket peer = socket.accept();
        accepted.incrementAndGet();
        open.add(peer);
        Threads.virtual("scripted-connection", () -> serve(peer));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private void serve(Socket peer) {
    try (peer) {
      InputStream in = new BufferedInputStream(peer.getInputStream());
      do {
        Request request = read(in);
        requests.add(request);
        script.answer(request, new Connection(peer));
      } while (keeping && !peer.isClosed());
    } catch (IOException e) {
      // The client hung up: a script may want that.
    } finally {
      open.remove(peer);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String[] first = line(in).split(" ");
    if (first.length < 2) {
      throw new IOException("no request");
    }
    Map<String, String> header = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      header.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Request(first[0], first[1], header);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      socket.close();
      for (Socket peer : open) {
        peer.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
