package dev.dragonfly.dfdaemon.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.common.concurrent.DiskExecutor;
import dev.dragonfly.common.config.DataSize;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskId;
import dev.dragonfly.common.time.SystemTime;
import dev.dragonfly.dfdaemon.net.EventLoops;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import dev.dragonfly.dfdaemon.storage.MemoryTaskStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class VortexLoopbackTest {
  private static final DataSize NO_LIMIT = new DataSize(0);
  private static final TaskId TASK = new TaskId("ab".repeat(32));
  private static final long PIECE = 3L << 20;
  private static final DataSize RATE = new DataSize(64 << 10);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final byte[] content = new byte[(int) (3 * PIECE + 12345)];
  private final Events events = new Events();
  private MemoryTaskStore store;
  private MemoryTask task;
  private EventLoops loops;
  private DiskExecutor disk;
  private VortexServer server;
  private VortexClient client;
  private InetSocketAddress address;

  @BeforeEach
  void start() {
    new Random(42).nextBytes(content);
    store = new MemoryTaskStore(folder);
    task = store.add(MemoryTask.complete(TASK, PIECE, content, folder));
    disk = new DiskExecutor(2, 64, "disk");
    loops = new EventLoops(2);
    serve(config(8, 100, Duration.ofSeconds(5)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    loops.close();
    disk.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void everyPieceArrivesWhole(boolean epoll) throws IOException {
    try (EventLoops other = new EventLoops(1, epoll);
        VortexServer second = server(other, config(8, 100, Duration.ofSeconds(5)));
        VortexClient reader = client(other, Duration.ofSeconds(5))) {
      second.start();
      InetSocketAddress at = loopback(second.port());
      for (int piece = 0; piece < 4; piece++) {
        PieceResponse response = piece(reader, at, TASK, piece);
        assertThat(response.offset()).isEqualTo(piece * PIECE);
        assertThat(response.digest()).isEqualTo(task.piece(piece).orElseThrow().digest());
        assertThat(readAll(response)).isEqualTo(part(piece));
      }
    }
    assertThat(events.sent.get()).isEqualTo(content.length);
    awaitUseless();
  }

  @Test
  void manyPiecesAtOnceArriveWhole() throws Exception {
    // So many slots that 64 are within what one address may hold: nobody waits for one.
    try (VortexServer wide = server(loops, config(96, 100, Duration.ofSeconds(5)));
        ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      wide.start();
      List<Future<byte[]>> read = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        int piece = i % 4;
        read.add(readers.submit(() -> readAll(piece(client, loopback(wide.port()), TASK, piece))));
      }
      for (int i = 0; i < 64; i++) {
        assertThat(read.get(i).get(50, TimeUnit.SECONDS)).isEqualTo(part(i % 4));
      }
    }
    assertThat(events.sent.get()).isEqualTo(16L * content.length);
  }

  @Test
  void aClientThatHalfClosesStillGetsItsPiece() throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request(1));
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(Arrays.copyOfRange(answer, answer.length - (int) PIECE, answer.length))
          .isEqualTo(part(1));
    }
  }

  @Test
  void aRequestInSmallPartsIsUnderstood() throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(10_000);
      for (byte b : request(3)) {
        socket.getOutputStream().write(b);
        socket.getOutputStream().flush();
      }
      assertThat(socket.getInputStream().readAllBytes().length).isGreaterThan(12345);
    }
  }

  @Test
  void aMissingPieceIsNotFound() {
    TaskId other = new TaskId("cd".repeat(32));
    assertCode(() -> client.open(address, TASK, 99), ErrorCode.NOT_FOUND);
    assertCode(() -> client.open(address, other, 0), ErrorCode.NOT_FOUND);
    assertCode(() -> client.open(address, new TaskId("a".repeat(128)), 0), ErrorCode.NOT_FOUND);
  }

  @Test
  void aPieceInProgressIsWaitedFor() throws Exception {
    server.close();
    serve(new UploadConfig("127.0.0.1", 0, NO_LIMIT, 8, SHORT, SHORT, LONG, 8, LONG, LONG, RATE));
    TaskId id = new TaskId("ef".repeat(32));
    MemoryTask growing = store.add(MemoryTask.ofLength(id, PIECE, content.length, folder));
    CompletableFuture<byte[]> read =
        CompletableFuture.supplyAsync(() -> readAll(piece(client, address, id, 2)));
    growing.awaitListener();
    growing.addPiece(2, content);
    assertThat(read.get(10, TimeUnit.SECONDS)).isEqualTo(part(2));
  }

  @Test
  void aPieceThatDoesNotComeIsNotFoundAfterTheWait() {
    TaskId id = new TaskId("ef".repeat(32));
    MemoryTask growing = store.add(MemoryTask.ofLength(id, PIECE, content.length, folder));
    assertCode(() -> client.open(address, id, 2), ErrorCode.NOT_FOUND);
    assertThat(growing.listenerCount()).isZero();
  }

  @Test
  void withoutAFreeSlotARequestIsToldAfterTheWaitWhenToComeBack() throws IOException {
    server.close();
    serve(config(1, 100, Duration.ofSeconds(5)));
    try (Socket reader = slowReader()) {
      assertThat(reader.getInputStream().read()).isNotNegative();
      assertThat(client.open(address, TASK, 0)).isInstanceOf(PieceAnswer.Busy.class);
      assertThat(events.refusals).contains(TransferListener.Refusal.BUSY);
    }
  }

  @Test
  void moreConnectionsThanAllowedAreClosed() throws IOException {
    server.close();
    serve(config(8, 1, Duration.ofSeconds(5)));
    try (Socket first = new Socket(address.getAddress(), address.getPort())) {
      assertThat(first.isConnected()).isTrue();
      assertCode(() -> client.open(address, TASK, 0), ErrorCode.UNAVAILABLE);
      assertThat(events.refusals).contains(TransferListener.Refusal.TOO_MANY_CONNECTIONS);
    }
  }

  @Test
  void garbageClosesTheConnectionAndOthersAreServed() throws IOException {
    long seed = 7L;
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      byte[] garbage = new byte[1 + random.nextInt(4000)];
      random.nextBytes(garbage);
      garbage[0] = (byte) random.nextInt();
      try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(garbage);
        socket.shutdownOutput();
        drain(socket);
      } catch (IOException reset) {
        // the server may close while garbage is still unread
        assertThat(reset.getMessage()).as("seed %d", seed).doesNotContain("timed out");
      }
    }
    assertThat(readAll(piece(client, address, TASK, 0))).isEqualTo(part(0));
  }

  @Test
  void aFrameOfTwoGibibytesIsRefusedAtOnce() throws Exception {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(3_000);
      socket.getOutputStream().write(new byte[] {1, 0, (byte) 0x80, 0, 0, 0});
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(events.refusals.poll(5, TimeUnit.SECONDS))
          .isEqualTo(TransferListener.Refusal.MALFORMED);
    }
  }

  @Test
  void aRequestThatDoesNotComeIsGivenUp() throws Exception {
    server.close();
    serve(config(8, 100, SHORT));
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(new byte[] {1, 0, 0});
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(events.refusals.poll(5, TimeUnit.SECONDS))
          .isEqualTo(TransferListener.Refusal.SLOW_REQUEST);
    }
  }

  @Test
  void aReceiverThatStallsIsGivenUpAndTheTaskIsFree() throws Exception {
    try (Socket reader = slowReader()) {
      assertThat(reader.getInputStream().read()).isNotNegative();
      assertThat(events.ended.poll(20, TimeUnit.SECONDS)).isFalse();
      awaitUseless();
    }
  }

  @Test
  void aServerThatSaysNothingIsADeadlineExceeded() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertCode(
          () -> client.open(loopback(silent.getLocalPort()), TASK, 0), ErrorCode.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void aServerThatStallsInThePieceIsADeadlineExceeded() throws Exception {
    try (FakePeer peer = new FakePeer(false)) {
      PieceResponse response = piece(client, peer.address(), TASK, 0);
      ByteBuffer target = ByteBuffer.allocate(100);
      assertThat(response.body().read(target)).isEqualTo(4);
      assertCode(() -> response.body().read(target), ErrorCode.DEADLINE_EXCEEDED);
      response.body().close();
    }
  }

  @Test
  void aServerThatBreaksOffIsUnavailable() throws Exception {
    try (FakePeer peer = new FakePeer(true)) {
      PieceResponse response = piece(client, peer.address(), TASK, 0);
      ByteBuffer target = ByteBuffer.allocate(100);
      assertThat(response.body().read(target)).isEqualTo(4);
      assertCode(() -> response.body().read(target), ErrorCode.UNAVAILABLE);
      response.body().close();
    }
  }

  @Test
  void nobodyListeningIsUnavailable() {
    int port = server.port();
    server.close();
    assertCode(() -> client.open(loopback(port), TASK, 0), ErrorCode.UNAVAILABLE);
  }

  @Test
  void closingAPieceHalfWayFreesTheServer() throws Exception {
    PieceResponse response = piece(client, address, TASK, 0);
    assertThat(response.body().read(ByteBuffer.allocate(10))).isEqualTo(10);
    response.body().close();
    assertCode(() -> response.body().read(ByteBuffer.allocate(10)), ErrorCode.CANCELLED);
    events.ended.poll(20, TimeUnit.SECONDS);
    awaitUseless();
  }

  private void serve(UploadConfig config) {
    server = server(loops, config);
    server.start();
    address = loopback(server.port());
    client = client(loops, config.pieceWait().multipliedBy(7));
  }

  private VortexServer server(EventLoops on, UploadConfig config) {
    return new VortexServer(
        config, on, store, disk, Bandwidth.unlimited(), SystemTime.INSTANCE, events);
  }

  private static VortexClient client(EventLoops on, Duration noProgress) {
    return new VortexClient(
        new PieceClientConfig(Duration.ofSeconds(2), noProgress), on, Bandwidth.unlimited());
  }

  private static UploadConfig config(int slots, int connections, Duration request) {
    return new UploadConfig(
        "127.0.0.1",
        0,
        NO_LIMIT,
        slots,
        SHORT,
        SHORT,
        SHORT,
        connections,
        request,
        Duration.ofSeconds(1),
        RATE);
  }

  private static byte[] request(int piece) {
    ByteBuffer out = ByteBuffer.allocate(74);
    out.put((byte) 1)
        .put((byte) 0)
        .putInt(68)
        .put(TASK.value().getBytes(StandardCharsets.US_ASCII))
        .putInt(piece);
    return out.array();
  }

  /** Asks for a piece with a small window and then reads nothing. */
  private Socket slowReader() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(10_000);
    socket.connect(address);
    socket.getOutputStream().write(request(0));
    return socket;
  }

  private static void drain(Socket socket) throws IOException {
    socket.getInputStream().readAllBytes();
  }

  private byte[] part(int piece) {
    int start = (int) (piece * PIECE);
    return Arrays.copyOfRange(content, start, (int) Math.min(content.length, start + PIECE));
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

  private void awaitUseless() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (task.useCount() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(task.useCount()).isZero();
  }

  static InetSocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  static void assertCode(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ErrorCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DragonflyException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  /** Announces a piece, sends four bytes of it, then stalls or breaks off. */
  private static final class FakePeer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final CompletableFuture<Socket> accepted;

    FakePeer(boolean breaksOff) throws IOException {
      accepted = CompletableFuture.supplyAsync(() -> answer(breaksOff));
    }

    InetSocketAddress address() {
      return loopback(socket.getLocalPort());
    }

    private Socket answer(boolean breaksOff) {
      try {
        Socket peer = socket.accept();
        peer.getInputStream().readNBytes(74);
        ByteBuffer out = ByteBuffer.allocate(6 + 49 + 4);
        out.put((byte) 0).put((byte) 1).putInt(49).putInt(45);
        out.putInt(0).putLong(0).putLong(1000).putInt(0).putInt(0);
        out.put((byte) 1).putLong(0).putLong(0).putInt(5);
        peer.getOutputStream().write(out.array());
        if (breaksOff) {
          peer.close();
        }
        return peer;
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws Exception {
      accepted.get(5, TimeUnit.SECONDS).close();
      socket.close();
    }
  }

  private static final class Events implements TransferListener {
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
