package dev.dragonfly.dfdaemon.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.app.DaemonDefaults;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A server with one task of four pieces and a client, on loopback. */
final class VortexFixture implements AutoCloseable {
  static final TaskId TASK = new TaskId("ab".repeat(32));
  static final long PIECE = 3L << 20;
  private static final Duration NO_PROGRESS = Duration.ofSeconds(2);
  private static final String IMPATIENT =
      "port: 0, slotWait: 300ms, strangerSlotWait: 300ms, stallTimeout: 1s, minimumRate: 64KiB, ";
  private static final String USUAL =
      "slots: 8, maxConnections: 100, pieceWait: 300ms, requestTimeout: 5s";

  final byte[] content = new byte[(int) (3 * PIECE + 12345)];
  final Events events = new Events();
  final MemoryTaskStore store;
  final MemoryTask task;
  final VortexServer server;
  final VortexClient client;
  final InetSocketAddress address;
  private final EventLoops loops;
  private final DiskExecutor disk = new DiskExecutor(2, 64, "disk");
  private final Path folder;

  VortexFixture(Path folder) {
    this(folder, new EventLoops(2), USUAL, NO_PROGRESS);
  }

  VortexFixture(Path folder, boolean epoll) {
    this(folder, new EventLoops(2, epoll), USUAL, NO_PROGRESS);
  }

  /**
   * @param settings slots, maxConnections, pieceWait and requestTimeout of the server
   */
  VortexFixture(Path folder, String settings) {
    this(folder, new EventLoops(2), settings, NO_PROGRESS);
  }

  /**
   * @param noProgress how long the client waits for a byte
   */
  VortexFixture(Path folder, String settings, Duration noProgress) {
    this(folder, new EventLoops(2), settings, noProgress);
  }

  private VortexFixture(Path folder, EventLoops loops, String settings, Duration noProgress) {
    new Random(42).nextBytes(content);
    this.folder = folder;
    this.loops = loops;
    this.store = new MemoryTaskStore(folder);
    this.task = store.add(MemoryTask.complete(TASK, PIECE, content, folder));
    this.server =
        new VortexServer(
            DaemonDefaults.parse("upload: {" + IMPATIENT + settings + "}").upload(),
            loops,
            store,
            disk,
            Bandwidth.unlimited(),
            SystemTime.INSTANCE,
            events);
    server.start();
    this.address = loopback(server.port());
    this.client =
        new VortexClient(
            new PieceClientConfig(Duration.ofSeconds(2), noProgress), loops, Bandwidth.unlimited());
  }

  /** Another task of the same length, of which no piece is there. */
  MemoryTask growing(TaskId id) {
    return store.add(MemoryTask.ofLength(id, PIECE, content.length, folder));
  }

  byte[] part(int piece) {
    int start = (int) (piece * PIECE);
    return Arrays.copyOfRange(content, start, (int) Math.min(content.length, start + PIECE));
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Asks for a piece with a small window and then reads nothing. */
  Socket slowReader() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(10_000);
    socket.connect(address);
    socket.getOutputStream().write(request(TASK, 0));
    return socket;
  }

  /** Waits until nobody uses the task. */
  void awaitUseless() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (task.useCount() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(task.useCount()).isZero();
  }

  /** What a peer of upstream sends. */
  static byte[] request(TaskId task, int piece) {
    return ByteBuffer.allocate(74)
        .put((byte) 1)
        .put((byte) 0)
        .putInt(68)
        .put(task.value().getBytes(StandardCharsets.US_ASCII))
        .putInt(piece)
        .array();
  }

  static PieceResponse piece(VortexClient reader, InetSocketAddress at, TaskId task, int piece) {
    return switch (reader.open(at, task, piece)) {
      case PieceResponse response -> response;
      case PieceAnswer.Busy busy -> throw new AssertionError("busy: " + busy);
    };
  }

  static byte[] readAll(PieceResponse response) {
    ByteBuffer all = ByteBuffer.allocate((int) response.length() + 1);
    try (var body = response.body()) {
      for (int n = 0; n >= 0; ) {
        n = body.read(all);
      }
    }
    return Arrays.copyOf(all.array(), all.position());
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  static void assertCode(ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  @Override
  public void close() {
    client.close();
    server.close();
    loops.close();
    disk.close();
  }

  /** What the server told. */
  static final class Events implements TransferListener {
    final AtomicLong sent = new AtomicLong();
    final BlockingQueue<Refusal> refusals = new LinkedBlockingQueue<>();
    final BlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();

    @Override
    public void bytesSent(TaskId task, InetAddress to, long bytes) {
      sent.addAndGet(bytes);
    }

    @Override
    public void uploadEnded(TaskId task, InetAddress to, boolean whole) {
      ended.add(whole);
    }

    @Override
    public void uploadRefused(InetAddress from, Refusal why) {
      refusals.add(why);
    }
  }
}
