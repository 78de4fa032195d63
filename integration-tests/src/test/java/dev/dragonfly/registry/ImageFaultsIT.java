package dev.dragonfly.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.ClusterSettings;
import dev.dragonfly.cluster.Folders;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.scenario.NeedsProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * While containerd pulls, something breaks; the pull ends well. How much later is printed, beside
 * what a pull without Dragonfly takes.
 */
@NeedsProgram(
    value = {"containerd", "ctr"},
    root = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImageFaultsIT {
  private static final String REPOSITORY = "team/fault";
  private static final int LARGE = Integer.getInteger("fault.mebibytes", 20) << 20;
  private static final long RATE = 8 << 20;

  /** A pull that waits for this one takes longer than a command may. */
  private static final long SLOW = 128 << 10;

  private static LocalCluster cluster;
  private static LabRegistry registry;
  private static double directSeconds;
  private static int images;

  @TempDir private static Path folder;

  private final String tag = "v" + ++images;
  private final Image image = Image.of(100L * images, 100 << 10, 3 << 20, LARGE);

  /** Parts that may die; the others are tested on their own. */
  enum Part {
    SCHEDULER,
    SEED,
    REDIS,
    PARENT
  }

  @BeforeAll
  static void start() {
    registry = new LabRegistry();
    cluster =
        LocalCluster.start(
            ClusterSettings.ofPeers(3)
                .withSeedRate(RATE)
                .withPeerRates(List.of(RATE, SLOW, 0L))
                .withIntervals(Duration.ofSeconds(2), Duration.ofSeconds(2)));
    Image plain = Image.of(1, 100 << 10, 3 << 20, LARGE);
    registry.push(REPOSITORY, "direct", plain);
    try (Containerd node = new Containerd(folder.resolve("direct"))) {
      Commands.Outcome pulled =
          node.hosts(registry.url(), Optional.empty())
              .pull(REPOSITORY + ":direct", Optional.empty());
      assertThat(pulled.exit()).as(pulled.said()).isZero();
      directSeconds = pulled.seconds();
    }
  }

  @AfterAll
  static void stop() {
    cluster.close();
    registry.close();
  }

  @AfterEach
  void revive() {
    registry.drag(0);
    registry.cut(0);
    registry.refuse(0);
    cluster.revive();
  }

  @ParameterizedTest
  @EnumSource(names = {"SCHEDULER", "PARENT"})
  @Order(1)
  void aPartIsKilledInTheMiddle(Part part) throws Exception {
    pullsDespite(part + " killed", () -> kill(part));
  }

  @ParameterizedTest
  @EnumSource(names = {"SCHEDULER", "PARENT"})
  @Order(2)
  void aPartHangsInTheMiddle(Part part) throws Exception {
    pullsDespite(part + " hung", () -> hang(part));
  }

  @ParameterizedTest
  @EnumSource(names = {"SEED", "REDIS"})
  @Order(2)
  @Tag("full")
  void anotherPartIsKilledInTheMiddle(Part part) throws Exception {
    pullsDespite(part + " killed", () -> kill(part));
  }

  @ParameterizedTest
  @EnumSource(names = {"SEED", "REDIS"})
  @Order(2)
  @Tag("full")
  void anotherPartHangsInTheMiddle(Part part) throws Exception {
    pullsDespite(part + " hung", () -> hang(part));
  }

  @Test
  @Order(3)
  void aSlowParentDoesNotSlowThePull() throws Exception {
    registry.push(REPOSITORY, tag, image);
    warm(cluster.peer(1));

    pull("slow parent", () -> {});
  }

  @Test
  @Order(3)
  void aParentThatLiesIsFoundOutAndNobodyElseIsBlamed() throws Exception {
    registry.push(REPOSITORY, tag, image);
    PeerNode liar = cluster.peer(0);
    warm(liar);
    liar.process().stop();
    assertThat(Liar.spoil(cluster.folder().resolve(liar.process().name()))).isPositive();
    cluster.restart(liar);
    Soon.holds(
        "the liar says what it holds", Duration.ofSeconds(20), () -> cluster.isAnnounced(liar));
    cluster.seed().process().kill(); // An honest holder that is faster would leave nothing for him.

    pull("lying parent", () -> {});

    Soon.holds(
        "the scheduler was told of the liar",
        Duration.ofSeconds(10),
        () -> schedulerLog().anyMatch(line -> line.contains("wrong bytes")));
    assertThat(schedulerLog().filter(line -> line.contains("wrong bytes")))
        .allMatch(line -> line.contains(liar.process().name()));
    liar.process().kill();
    Folders.delete(cluster.folder().resolve(liar.process().name()));
  }

  @Test
  @Order(4)
  void theOriginIsCutOnce() throws Exception {
    registry.push(REPOSITORY, tag, image);
    registry.cut(1);

    pull("origin cut once", () -> {});
  }

  @Test
  @Order(4)
  void theOriginRefusesOnce() throws Exception {
    registry.push(REPOSITORY, tag, image);
    registry.refuse(1);

    pull("origin 503 once", () -> {});
  }

  @Test
  @Order(4)
  void theOriginIsSlow() throws Exception {
    registry.push(REPOSITORY, tag, image);
    registry.drag(4 << 20);

    pull("origin at 4 MiB/s", () -> {});
  }

  @Test
  @Order(5)
  void theDaemonIsDeadBeforeThePull() throws Exception {
    registry.push(REPOSITORY, tag, image);
    String proxy = cluster.peer(2).proxy();
    cluster.peer(2).process().kill();

    pull(proxy, "daemon dead before the pull", () -> {});
  }

  @Test
  @Order(5)
  @Tag("full")
  void nothingBreaks() throws Exception {
    pullsDespite("none", () -> {});
  }

  @Test
  @Order(5)
  @Tag("full")
  void theManagerHangs() throws Exception {
    pullsDespite("MANAGER hung", cluster.manager()::pause);
  }

  @Test
  @Order(6)
  void theManagerIsKilled() throws Exception {
    pullsDespite("MANAGER killed", cluster.manager()::kill);
  }

  private void pullsDespite(String fault, Runnable breaking) throws Exception {
    registry.push(REPOSITORY, tag, image);
    warm(cluster.peer(0));
    pull(fault, breaking);
  }

  private void pull(String fault, Runnable breaking) throws Exception {
    pull(cluster.peer(2).proxy(), fault, breaking);
  }

  /** Pulls through the proxy and breaks something when a quarter has arrived. */
  private void pull(String proxy, String fault, Runnable breaking) throws Exception {
    try (Containerd node = new Containerd(folder.resolve(tag))) {
      node.hosts(registry.url(), Optional.of("http://" + proxy));
      CompletableFuture<Commands.Outcome> pulling =
          CompletableFuture.supplyAsync(
              () -> node.pull(REPOSITORY + ":" + tag, Optional.empty()),
              Executors.newVirtualThreadPerTaskExecutor());
      if (cluster.peer(2).process().isAlive()) {
        PeerNode.Received before = cluster.peer(2).received();
        Soon.holds(
            "a quarter arrives",
            Duration.ofSeconds(30),
            () -> pulling.isDone() || cluster.peer(2).received().since(before).total() > LARGE / 4);
      }
      breaking.run();
      Commands.Outcome pulled = pulling.get(Commands.LIMIT_SECONDS + 5, TimeUnit.SECONDS);
      assertThat(pulled.exit()).as(pulled.said()).isZero();
      assertThat(node.content()).containsAll(image.blobs().keySet()).contains(image.digest());
      System.out.printf(
          "fault: %-28s pull %5.1f s (direct %.1f s)%n", fault, pulled.seconds(), directSeconds);
    }
  }

  /** Lets a daemon have the image, as after a pull on its node. */
  private void warm(PeerNode peer) throws IOException, InterruptedException {
    for (String digest : image.blobs().keySet()) {
      HttpResponse<byte[]> blob =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(
                              "http://" + peer.proxy() + "/v2/" + REPOSITORY + "/blobs/" + digest))
                      .header("X-Dragonfly-Registry", registry.url())
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
      assertThat(Image.digest(blob.body())).isEqualTo(digest);
    }
  }

  private static void kill(Part part) {
    switch (part) {
      case SCHEDULER -> cluster.scheduler().kill();
      case SEED -> cluster.seed().process().kill();
      case REDIS -> cluster.stores().killRedis();
      case PARENT -> cluster.peer(0).process().kill();
    }
  }

  private static void hang(Part part) {
    switch (part) {
      case SCHEDULER -> cluster.scheduler().pause();
      case SEED -> cluster.seed().process().pause();
      case REDIS -> cluster.stores().pauseRedis();
      case PARENT -> cluster.peer(0).process().pause();
    }
  }

  private static Stream<String> schedulerLog() {
    ServiceProcess scheduler = cluster.scheduler();
    try {
      return Files.readAllLines(scheduler.log()).stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
