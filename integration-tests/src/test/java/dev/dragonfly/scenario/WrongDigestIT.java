package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.ServiceProcess;
import dev.dragonfly.cluster.SwarmCheck;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A digest that a caller asks for is his own wish: nobody else feels it when it is wrong. */
@ExtendWith(SharedCluster.Healthy.class)
class WrongDigestIT {
  private static final long LENGTH = 9 << 20;
  private static final String WRONG = "sha256:" + "0".repeat(64);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** More log lines about one task would be a loop. */
  private static final int FEW_LINES = 100;

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
  void whereAnotherPeerHoldsTheFileTheCallerAloneFailsAndNothingIsWritten() throws IOException {
    String url = origin.file("/held", LENGTH);
    Fetch.now(cluster.peer(1), url, folder);

    assertRefused(cluster.peer(0), url);

    Fetch right = Fetch.now(cluster.peer(0), url, folder);
    assertThat(right.sha256()).isEqualTo(origin.sha256("/held"));
    assertThat(origin.sent("/held")).isLessThanOrEqualTo(2 * LENGTH);
  }

  @Test
  void firstInAColdClusterItHarmsNobodyWhoComesLater() throws IOException {
    String url = origin.file("/cold", LENGTH);

    assertRefused(cluster.peer(0), url);

    for (PeerNode peer : cluster.peers()) {
      assertThat(Fetch.now(peer, url, folder).sha256()).isEqualTo(origin.sha256("/cold"));
      Path output = folder.resolve("right-" + peer.process().name());
      peer.get(asking(url, "sha256:" + origin.sha256("/cold"), output), LIMIT);
      assertThat(SwarmCheck.sha256(output)).isEqualTo(origin.sha256("/cold"));
    }
    assertThat(origin.sent("/cold")).isLessThanOrEqualTo(2 * LENGTH);
  }

  @Test
  void twoPeersThatAskForWhatTheSourceDoesNotHaveBothEndSoonAndQuietly() throws Exception {
    String url = origin.file("/never", LENGTH);
    List<CompletableFuture<Void>> both =
        cluster.peers().subList(0, 2).stream()
            .map(peer ->
                CompletableFuture.runAsync(
                    () -> assertRefused(peer, url), Executors.newVirtualThreadPerTaskExecutor()))
            .toList();

    for (CompletableFuture<Void> one : both) {
      one.get(LIMIT.toSeconds() + 5, TimeUnit.SECONDS);
    }

    String task = cluster.taskId(url).value();
    for (ServiceProcess service :
        List.of(
            cluster.scheduler(),
            cluster.seed().process(),
            cluster.peer(0).process(),
            cluster.peer(1).process())) {
      long lines = Files.readAllLines(service.log()).stream().filter(l -> l.contains(task)).count();
      assertThat(lines).as("log lines of %s", service.name()).isLessThan(FEW_LINES);
    }
    assertThat(Fetch.now(cluster.peer(2), url, folder).sha256()).isEqualTo(origin.sha256("/never"));
  }

  private static void assertRefused(PeerNode peer, String url) {
    Path output = folder.resolve("refused-" + peer.process().name() + System.nanoTime());
    assertThatThrownBy(() -> peer.get(asking(url, WRONG, output), LIMIT))
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DIGEST_MISMATCH));
    assertThat(output).doesNotExist();
    try (var left = Files.list(folder)) {
      assertThat(left.filter(f -> f.toString().contains(".part"))).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Download asking(String url, String digest, Path output) {
    return Download.newBuilder()
        .setUrl(url)
        .setDigest(digest)
        .setOutputPath(output.toString())
        .build();
  }
}
