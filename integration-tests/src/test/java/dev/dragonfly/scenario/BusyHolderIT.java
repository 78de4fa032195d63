package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.api.common.v2.Range;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.TestOrigin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A cluster without a seed, in which one peer holds a file and sends slowly. */
@ExtendWith(SharedCluster.Seedless.class)
class BusyHolderIT {
  private static final long LENGTH = Long.getLong("busy.mebibytes", 8) << 20;

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
  void itIsBusyAndNotFailedAndNobodyReadsTheOriginAgain() {
    String url = origin.file("/busy", LENGTH);
    long before = reschedules();
    Fetch.now(cluster.peer(0), url, folder);
    List<Fetch> children =
        cluster.peers().subList(1, 4).stream().map(peer -> Fetch.start(peer, url, folder)).toList();

    for (Fetch child : children) {
      assertThat(child.join().sha256()).isEqualTo(origin.sha256("/busy"));
      assertThat(child.received().source()).as("read from the origin").isZero();
    }

    assertThat(origin.sent("/busy")).isEqualTo(LENGTH);
    String task = cluster.taskId(url).value();
    for (Fetch child : children) {
      assertThat(lines(child.node()).filter(line -> line.contains(task)))
          .as("what %s logged", child.node().process().name())
          .noneMatch(line -> line.contains("parent dropped") || line.contains("back to source"));
    }
    assertThat(reschedules() - before).isLessThan(10);
  }

  private static long reschedules() {
    return lines(cluster.scheduler().log()).filter(line -> line.contains("reschedul")).count();
  }

  @Test
  void whoHoldsARangeIsNotTakenForWhoHoldsTheWhole() {
    double plain = seconds(origin.file("/no-range", 8 * LENGTH));
    String url = origin.file("/range", 8 * LENGTH);
    cluster
        .peer(1)
        .get(
            Download.newBuilder()
                .setUrl(url)
                .setRange(Range.newBuilder().setStart(0).setLength(1 << 20))
                .setOutputPath(folder.resolve("range").toString())
                .build(),
            Fetch.LIMIT);
    long before = origin.sent("/range");
    long start = System.nanoTime();

    Fetch whole = Fetch.now(cluster.peer(2), url, folder);

    System.out.printf(
        "the whole of %d MiB after a range at another peer: %.1f s (without: %.1f s)%n",
        8 * LENGTH >> 20, (System.nanoTime() - start) / 1e9, plain);
    assertThat(whole.sha256()).isEqualTo(origin.sha256("/range"));
    assertThat(origin.sent("/range") - before)
        .as("what the peer with the range had is not read again")
        .isLessThan(8 * LENGTH);
    assertThat(whole.received().peers()).isPositive();
  }

  private static double seconds(String url) {
    long start = System.nanoTime();
    Fetch.now(cluster.peer(3), url, folder);
    return (System.nanoTime() - start) / 1e9;
  }

  private static Stream<String> lines(PeerNode node) {
    return lines(node.process().log());
  }

  private static Stream<String> lines(Path log) {
    try {
      return Files.readAllLines(log).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
