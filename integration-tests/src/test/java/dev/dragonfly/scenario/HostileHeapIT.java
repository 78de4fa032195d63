package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.dragonfly.api.manager.v2.ListSchedulersRequest;
import dev.dragonfly.api.manager.v2.ManagerGrpc;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.common.config.Secret;
import dev.dragonfly.common.grpc.GrpcChannels;
import dev.dragonfly.common.manager.JoinToken;
import dev.dragonfly.common.net.HostAndPort;
import dev.dragonfly.common.testing.HostileHttp2;
import dev.dragonfly.scenario.HostileMessages.Hostile;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floods of messages that no honest service sends, at the ports of services that run: each is
 * refused and the answer names its field, and nothing of them stays on the heap.
 */
@ExtendWith(SharedCluster.UnderFire.class)
class HostileHeapIT {
  private static final int ROUNDS = Integer.getInteger("hostile.rounds", 200);

  /** Enough for what is loaded, compiled and cached once; the live heap is measured behind it. */
  private static final int WARM_UP = 50;

  private static final int AT_ONCE = 16;
  private static final int LIMIT_SECONDS = 60;

  /** One byte more than a message may have. */
  private static final int TOO_LONG = (4 << 20) + 1;

  private static final int STREAMS = 100;

  /** What a service may hold more than before: a leak of 100 bytes a message would be more. */
  private static final long SLACK = 1 << 20;

  private static LocalCluster cluster;
  private static TestOrigin origin;

  @TempDir private static Path folder;

  @BeforeAll
  static void start(LocalCluster shared) {
    cluster = shared;
    origin = new TestOrigin();
  }

  @AfterAll
  static void stop() {
    origin.close();
  }

  @Test
  void aSchedulerRefusesThemAndItsHeapIsAsBefore() throws IOException {
    Target target =
        new Target(
            cluster.scheduler(),
            List.of(),
            HostileMessages.forScheduler(),
            HostileMessages::longForScheduler,
            "/scheduler.v2.Scheduler/StatTask");
    assertHeapIsFlat(target, rounds -> {});
    assertThat(cluster.isAnnounced(cluster.peer(0))).isTrue();
  }

  @Test
  void aManagerRefusesThemAndItsHeapIsAsBefore() throws IOException {
    Path token = Path.of(cluster.manager().ready("join_token_file"));
    Target target =
        new Target(
            cluster.manager(),
            List.of(JoinToken.of(Secret.of(Files.readString(token).strip())).shown()),
            HostileMessages.forManager(),
            HostileMessages::longForManager,
            "/manager.v2.Manager/ListSchedulers");
    assertHeapIsFlat(target, rounds -> {});
    target.connected(channel ->
        assertThat(
                ManagerGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .listSchedulers(
                        ListSchedulersRequest.newBuilder()
                            .setHostname("peer-0")
                            .setIp("127.0.0.1")
                            .build())
                    .getSchedulersCount())
            .isEqualTo(1));
  }

  @Test
  void aDaemonRefusesThemAndItsHeapIsAsBefore() throws IOException {
    Target target =
        new Target(
            cluster.peer(0).process(),
            List.of(),
            HostileMessages.forDaemon(),
            HostileMessages::longForDaemon,
            "/dfdaemon.v2.DfdaemonUpload/StatLocalTask");
    assertHeapIsFlat(target, HostileHeapIT::floodPieces);
    String url = origin.file("/after", 9 << 20);
    for (int peer = 0; peer < 2; peer++) {
      assertThat(Fetch.now(cluster.peer(peer), url, folder).sha256())
          .isEqualTo(origin.sha256("/after"));
    }
  }

  /** Half of the files warm the daemon up; what it keeps of each of the others is its facts. */
  @Test
  void aParentThatAnswersWithThemIsLeftAndTheHeapOfItsChildIsAsBefore() {
    List<String> urls = new ArrayList<>();
    for (int file = 0; file < 4 * HostileParent.SORTS; file++) {
      urls.add(origin.file("/held-" + file, 5 << 20));
    }
    ServiceProcess child = cluster.peer(1).process();
    try (HostileParent parent =
        new HostileParent(HostAndPort.parse(cluster.scheduler().ready("grpc")))) {
      parent.holds(urls, 5 << 20);
      assertRightBytes(urls.subList(0, urls.size() / 2));
      long before = LiveHeap.of(child);
      assertRightBytes(urls.subList(urls.size() / 2, urls.size()));
      assertFlat(child, HostileParent.SORTS + " sorts of a parent, twice each", before);
      assertThat(parent.asked()).isEqualTo(urls.size());
    }
  }

  private static void assertRightBytes(List<String> urls) {
    List<Fetch> running =
        urls.stream().map(url -> Fetch.start(cluster.peer(1), url, folder)).toList();
    for (int i = 0; i < urls.size(); i++) {
      String path = URI.create(urls.get(i)).getPath();
      assertThat(running.get(i).join().sha256()).as(path).isEqualTo(origin.sha256(path));
    }
  }

  /**
   * A service under fire.
   *
   * @param credentials what each call shows
   * @param tooLong makes a message of so many bytes
   * @param path of the method whose frames are sent by hand
   */
  private record Target(
      ServiceProcess service,
      List<ClientInterceptor> credentials,
      List<Hostile<?>> messages,
      IntFunction<Hostile<?>> tooLong,
      String path) {
    HostAndPort address() {
      return HostAndPort.parse(service.ready("grpc"));
    }

    void connected(Consumer<Channel> action) {
      ManagedChannel channel =
          new GrpcChannels(Optional.empty()).tcp(address().host(), address().port());
      try {
        action.accept(ClientInterceptors.intercept(channel, credentials));
      } finally {
        channel.shutdownNow();
      }
    }
  }

  private static void assertHeapIsFlat(Target target, Consumer<Integer> more) throws IOException {
    flood(target, WARM_UP);
    more.accept(WARM_UP);
    long before = LiveHeap.of(target.service());
    flood(target, ROUNDS);
    more.accept(ROUNDS);
    assertFlat(
        target.service(),
        "%d sorts, %d times each".formatted(target.messages().size(), ROUNDS),
        before);
  }

  private static void assertFlat(ServiceProcess service, String what, long before) {
    assertThat(service.isAlive()).isTrue();
    long after = LiveHeap.of(service);
    System.out.printf(
        "hostile messages: %-9s %s: heap %.2f MiB before, %.2f after%n",
        service.name(), what, before / 1048576.0, after / 1048576.0);
    assertThat(after - before).as("what stays on the heap").isLessThan(SLACK);
  }

  private static void flood(Target target, int rounds) throws IOException {
    target.connected(channel -> {
      for (Hostile<?> hostile : target.messages()) {
        repeat(rounds, () -> assertRefused(channel, hostile));
      }
      Hostile<?> tooLong = target.tooLong().apply(TOO_LONG);
      repeat(AT_ONCE, () -> assertTooLong(channel, tooLong));
    });
    floodFrames(target, rounds);
  }

  private static void repeat(int times, Runnable action) {
    try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        all.add(CompletableFuture.runAsync(action, threads));
      }
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }
  }

  private static void assertRefused(Channel channel, Hostile<?> hostile) {
    Status answer = answer(channel, hostile);
    assertThat(answer.getCode())
        .as("%s: %s", hostile, answer)
        .isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(answer.getDescription()).as("%s", hostile).contains(hostile.field());
  }

  private static void assertTooLong(Channel channel, Hostile<?> hostile) {
    assertThat(answer(channel, hostile).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
  }

  private static <Q extends MessageLite> Status answer(Channel channel, Hostile<Q> hostile) {
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(LIMIT_SECONDS, TimeUnit.SECONDS);
    try {
      ClientCalls.blockingServerStreamingCall(channel, hostile.method(), options, hostile.message())
          .forEachRemaining(answer -> {});
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  /** Streams that announce 128 MiB each, and others that stop in the middle of their message. */
  private static void floodFrames(Target target, int rounds) throws IOException {
    byte[] announced = ByteBuffer.allocate(5).putInt(1, 128 << 20).array();
    byte[] half = ByteBuffer.allocate(8 << 10).putInt(1, 4 << 20).array();
    for (int sent = 0; sent < rounds; sent += STREAMS) {
      try (HostileHttp2 client = new HostileHttp2(target.address().port())) {
        for (int i = 0; i < STREAMS; i++) {
          client.call(4 * i + 1, target.path(), 0);
          client.data(4 * i + 1, announced);
          client.call(4 * i + 3, target.path(), 0);
          client.data(4 * i + 3, half);
        }
        client.flush();
        Set<Integer> refused = new HashSet<>();
        while (refused.size() < STREAMS) {
          refused.add(client.next(HostileHttp2.HEADERS, HostileHttp2.RST_STREAM).stream());
        }
        assertThat(refused).as("those that announced 128 MiB").allMatch(stream -> stream % 4 == 1);
      }
    }
  }

  private static void floodPieces(int rounds) {
    int port = HostAndPort.parse(cluster.peer(0).process().ready("piece")).port();
    for (HostilePackets.Packet packet : HostilePackets.all()) {
      repeat(rounds, () -> packet.assertClosesConnection(port));
    }
  }
}
