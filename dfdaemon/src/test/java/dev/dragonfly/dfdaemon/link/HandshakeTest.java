package dev.dragonfly.dfdaemon.link;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.common.host.HostId;
import dev.dragonfly.common.limit.Bandwidth;
import dev.dragonfly.common.task.TaskFacts;
import dev.dragonfly.dfdaemon.storage.MemoryTask;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who dials whom, and what is said to strangers. */
@Timeout(60)
class HandshakeTest {
  private static final HostId STRANGER = new HostId("10.0.0.9-stranger");

  @TempDir Path folder;
  private final List<LinkHost> hosts = new ArrayList<>();
  private LinkHost a;
  private LinkHost b;

  @BeforeEach
  void start() {
    a = host("10.0.0.1-a", "");
    b = host("10.0.0.2-b", "");
  }

  private LinkHost host(String name, String settings) {
    LinkHost host = new LinkHost(name, folder, settings, 2, Bandwidth.unlimited());
    hosts.add(host);
    return host;
  }

  @AfterEach
  void close() {
    hosts.forEach(LinkHost::close);
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void crossingDialsEndInOneConnection() throws Exception {
    for (int round = 0; round < 20; round++) {
      CompletableFuture<LinkOutcome> there = a.dial(b);
      CompletableFuture<LinkOutcome> back = b.dial(a);
      assertThat(there.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkOutcome.Linked.class);
      assertThat(back.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkOutcome.Linked.class);
      await(() -> a.open.get() == 1 && b.open.get() == 1);
      LinkHost.Pair talk = a.talk(b);
      talk.theirs().missing(1);
      talk.heard().expect("missing 1");
      ((LinkOutcome.Linked) there.get()).link();
      a.links.find(b.id).ifPresent(link -> ((NettyLink) link).close(CloseReason.DONE, "next"));
      await(() -> a.links.count() == 0 && b.links.count() == 0);
    }
  }

  @Test
  void allWhoDialAHostShareTheAttempt() throws Exception {
    List<CompletableFuture<LinkOutcome>> outcomes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      outcomes.add(a.dial(b));
    }
    for (CompletableFuture<LinkOutcome> outcome : outcomes) {
      assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(outcomes.getFirst().get());
    }
    await(() -> b.open.get() == 1);
  }

  @Test
  void aPlainHostIsRememberedAsOne() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      plain.setSoTimeout(10_000);
      CompletableFuture<LinkOutcome> first = dial(plain);
      try (Socket accepted = plain.accept()) {
        accepted.getInputStream().readNBytes(6);
      }
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo(new LinkOutcome.Plain());
      assertThat(dial(plain)).isCompletedWithValue(new LinkOutcome.Plain());
    }
  }

  @Test
  void aHostThatSaysNothingCountsAsPlain() throws Exception {
    LinkHost impatient = host("10.0.0.3-c", "helloTimeout: 100ms");
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      CompletableFuture<LinkOutcome> outcome = new CompletableFuture<>();
      impatient.links.connect(STRANGER, at(silent), outcome::complete);
      assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(new LinkOutcome.Plain());
    }
  }

  @Test
  void aHostThatCannotBeReachedMayBeTriedAgain() throws Exception {
    InetSocketAddress nobody;
    try (ServerSocket closed = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      nobody = at(closed);
    }
    for (int i = 0; i < 2; i++) {
      CompletableFuture<LinkOutcome> outcome = new CompletableFuture<>();
      a.links.connect(STRANGER, nobody, outcome::complete);
      assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkOutcome.Failed.class);
    }
  }

  @Test
  void anotherHostThanTheOneThatWasDialledIsNotLinked() throws Exception {
    CompletableFuture<LinkOutcome> outcome = new CompletableFuture<>();
    a.links.connect(STRANGER, b.address(), outcome::complete);
    assertThat(outcome.get(10, TimeUnit.SECONDS)).isInstanceOf(LinkOutcome.Failed.class);
    assertThat(a.links.count()).isZero();
  }

  @Test
  void withoutSessionsOnlyVortexIsSpoken() throws Exception {
    LinkHost plain = host("10.0.0.4-d", "enabled: false");
    assertThat(plain.dial(a)).isCompletedWithValue(new LinkOutcome.Plain());
    assertThat(a.dial(plain).get(10, TimeUnit.SECONDS)).isInstanceOf(LinkOutcome.Failed.class);
  }

  @Test
  void vortexIsSpokenOnTheSamePort() throws Exception {
    b.store.add(MemoryTask.complete(LinkHost.TASK, 4L << 20, new byte[5 << 20], folder));
    a.talk(b);
    try (Socket socket = connect(b)) {
      socket
          .getOutputStream()
          .write(
              ByteBuffer.allocate(74)
                  .put((byte) 1)
                  .put((byte) 0)
                  .putInt(68)
                  .put(LinkHost.TASK.value().getBytes(US_ASCII))
                  .putInt(1)
                  .array());
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(answer[1]).isOne();
      assertThat(answer).hasSizeGreaterThan(1 << 20);
    }
  }

  @Test
  void theFirstPacketMayComeByteByByte() throws Exception {
    try (Socket socket = connect(b)) {
      for (byte one : bytes(Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)))) {
        socket.getOutputStream().write(one);
        socket.getOutputStream().flush();
      }
      assertThat(socket.getInputStream().readNBytes(2)).containsExactly(0, Frames.HELLO);
    }
  }

  @Test
  void aHelloOfAnotherVersionIsAnsweredAndTheConnectionClosed() throws Exception {
    try (Socket socket = connect(b)) {
      say(socket, Frames.hello(new Frames.Hello(2, 9, STRANGER.value(), 0)));
      byte[] all = socket.getInputStream().readAllBytes();
      assertThat(all[1]).isEqualTo((byte) Frames.HELLO);
    }
    assertThat(b.open.get()).isZero();
  }

  @Test
  void whoSpeaksOutOfTurnLosesHisConnection() throws Exception {
    List<ByteBuf> wrong =
        List.of(
            Frames.numbers(Frames.REQUEST, 5, 1).getFirst(),
            Frames.chunkHead(5, 1, 0, 1).writeByte(1),
            Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
    for (ByteBuf frame : wrong) {
      try (Socket socket = connect(b)) {
        say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
        say(socket, frame);
        readToTheEnd(socket);
      }
      await(() -> b.open.get() == 0);
    }
  }

  @Test
  void whoAsksBeforeHeIsAnsweredLosesHisConnection() throws Exception {
    try (Socket socket = connect(b)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
      say(socket, open());
      LinkHost.Asked asked = b.nextAsked();
      say(socket, Frames.numbers(Frames.REQUEST, 1, 1).getFirst());
      readToTheEnd(socket);
      asked.heard().expect("closed DISTRUSTED");
    }
  }

  @Test
  void aMillionRequestsCostOneListOfThem() throws Exception {
    try (Socket socket = connect(b)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
      say(socket, open());
      LinkHost.Asked asked = b.nextAsked();
      asked.conversation().open(b.peer(), TaskState.COMPLETE, TaskFacts.NONE);
      int[] numbers = new int[1024];
      try {
        for (int i = 0; i < 1000; i++) {
          for (int n = 0; n < numbers.length; n++) {
            numbers[n] = i * numbers.length + n;
          }
          say(socket, Frames.numbers(Frames.REQUEST, 1, numbers).getFirst());
        }
      } catch (java.io.IOException e) {
        // Its link may be gone by now, as nobody reads the answers.
      }
      await(() -> asked.heard().wishes.size() >= 1024);
      assertThat(asked.heard().wishes).hasSize(1024);
    }
  }

  @Test
  void whoReadsNothingLosesHisConnection() throws Exception {
    LinkHost strict = host("10.0.0.5-e", "controlQueue: 1MiB");
    try (Socket socket = connect(strict)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
      say(socket, open());
      LinkHost.Asked asked = strict.nextAsked();
      asked.conversation().open(strict.peer(), TaskState.COMPLETE, TaskFacts.NONE);
      while (asked.conversation().isOpen() && !Thread.interrupted()) {
        asked.conversation().request(new int[1024]);
      }
      while (!asked.heard().next().equals("closed LOST")) {
        // What came before.
      }
    }
  }

  @Test
  void aFrameThatStandsStillEndsTheLink() throws Exception {
    LinkHost strict = host("10.0.0.5-e", "stallTimeout: 100ms");
    try (Socket socket = connect(strict)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
      await(() -> strict.open.get() == 1);
      socket.getOutputStream().write(new byte[] {0, Frames.OPEN, 0});
      await(() -> strict.open.get() == 0);
    }
  }

  @Test
  void aChunkOfAConversationThatEndedDoesNotTouchAnotherOne() throws Exception {
    try (Socket socket = connect(b)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
      say(socket, open());
      say(socket, open(2, "cd".repeat(32)));
      LinkHost.Asked first = b.nextAsked();
      LinkHost.Asked second = b.nextAsked();
      second.heard().lengths = block -> 8;
      first.conversation().open(b.peer(), TaskState.GROWING, TaskFacts.NONE);
      second.conversation().open(b.peer(), TaskState.GROWING, TaskFacts.NONE);
      first.conversation().close(CloseReason.DONE, "");
      say(socket, Frames.chunkHead(2, 0, 0, 4).writeBytes("good".getBytes(US_ASCII)));
      say(socket, Frames.chunkHead(1, 0, 4, 4).writeBytes("evil".getBytes(US_ASCII)));
      say(socket, Frames.chunkHead(2, 0, 4, 4).writeBytes("good".getBytes(US_ASCII)));
      second.heard().expect("arrived 0");
      assertThat(second.heard().blocks.get(0)).asString(US_ASCII).isEqualTo("goodgood");
    }
  }

  @Test
  void anIdentityThatIsNoneEndsTheConnection() throws Exception {
    try (Socket socket = connect(b)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, "no\nhost", 0)));
      readToTheEnd(socket);
    }
    try (Socket socket = connect(b)) {
      say(socket, Frames.hello(new Frames.Hello(1, 1, STRANGER.value(), 0)));
      say(socket, open(1, "no task"));
      readToTheEnd(socket);
    }
    assertThat(b.asked).isEmpty();
  }

  private static ByteBuf open() {
    return open(1, LinkHost.TASK.value());
  }

  private static ByteBuf open(int handle, String task) {
    return Frames.open(new Frames.Open(handle, 0, TaskState.GROWING, task, "peer"), TaskFacts.NONE);
  }

  private CompletableFuture<LinkOutcome> dial(ServerSocket to) {
    CompletableFuture<LinkOutcome> outcome = new CompletableFuture<>();
    a.links.connect(STRANGER, at(to), outcome::complete);
    return outcome;
  }

  private static InetSocketAddress at(ServerSocket server) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getLocalPort());
  }

  private static Socket connect(LinkHost host) throws Exception {
    Socket socket = new Socket(host.address().getAddress(), host.address().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void readToTheEnd(Socket socket) throws Exception {
    InputStream in = socket.getInputStream();
    try {
      while (in.read() >= 0) {
        // Until the other side closes.
      }
    } catch (java.net.SocketException e) {
      // By a reset, where it had not read everything.
    }
  }

  private static byte[] bytes(ByteBuf frame) {
    byte[] bytes = ByteBufUtil.getBytes(frame);
    frame.release();
    return bytes;
  }

  private static void say(Socket socket, ByteBuf frame) throws Exception {
    socket.getOutputStream().write(bytes(frame));
  }
}
