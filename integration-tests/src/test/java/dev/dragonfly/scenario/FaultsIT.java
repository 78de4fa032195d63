package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.Soon;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.cluster.TestOrigin.Manner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Parts die in the middle of downloads; every download finishes with the right bytes. */
@ExtendWith(SharedCluster.Mortal.class)
class FaultsIT {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final long LENGTH = 32 << 20;

  /** Slow enough to have a middle, in which a service starts again. */
  private static final long RATE = 4 << 20;

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

  private static List<Fetch> all(String url) {
    return cluster.peers().stream().map(peer -> Fetch.start(peer, url, folder)).toList();
  }

  private static void assertRight(String path, List<Fetch> fetches) {
    for (Fetch fetch : fetches) {
      assertThat(fetch.join().sha256()).isEqualTo(origin.sha256(path));
    }
  }

  @Test
  void theOnlySchedulerIsKilledAndStartedAgain() {
    String url = origin.file("/scheduler", LENGTH, Manner.RANGES, RATE);
    List<Fetch> fetches = all(url);
    fetches.getFirst().awaitReceived(LENGTH / 8);

    cluster.scheduler().kill();
    cluster.restartScheduler();

    assertRight("/scheduler", fetches);
    assertThat(origin.sent("/scheduler")).isEqualTo(LENGTH);
  }

  @Test
  void redisIsFlushedInTheMiddle() {
    String url = origin.file("/flushed", LENGTH, Manner.RANGES, RATE);
    List<Fetch> fetches = all(url);
    fetches.getFirst().awaitReceived(LENGTH / 8);

    cluster.stores().flushRedis();

    assertRight("/flushed", fetches);
  }

  @Test
  void redisIsFlushedAndAPeerThatComesLaterFindsItsParents() {
    String url = origin.file("/flushed-after", LENGTH);
    Fetch.now(cluster.peer(0), url, folder);
    cluster.stores().flushRedis();
    Soon.holds("the daemons told what they hold again", LIMIT, () -> cluster.peersKnown(url) >= 2);

    Fetch late = Fetch.now(cluster.peer(1), url, folder);

    assertThat(late.sha256()).isEqualTo(origin.sha256("/flushed-after"));
    assertThat(late.received().source()).isZero();
    assertThat(origin.sent("/flushed-after")).isEqualTo(LENGTH);
  }

  @Test
  void theSeedDiesThenAParent() {
    String url = origin.file("/seed", LENGTH, Manner.RANGES, RATE);
    List<Fetch> fetches = all(url);
    fetches.get(1).awaitReceived(LENGTH / 8);

    cluster.seed().process().kill();
    fetches.get(1).awaitReceived(LENGTH / 4);
    cluster.peer(0).process().kill();

    assertRight("/seed", fetches.subList(1, 3));
  }

  @Test
  void aDaemonIsKilledWhileItWritesAndGoesOnWhereItWas() {
    String url = origin.file("/daemon", LENGTH, Manner.RANGES, RATE);
    PeerNode victim = cluster.peer(0);
    Fetch cut = Fetch.start(victim, url, folder);
    cut.awaitReceived(LENGTH / 4);

    victim.process().kill();
    cut.joinQuietly();
    cluster.restart(victim);
    Fetch again = Fetch.start(victim, url, folder);

    assertThat(again.join().sha256()).isEqualTo(origin.sha256("/daemon"));
    assertThat(again.received().total())
        .as("what was verified before is kept")
        .isLessThanOrEqualTo(LENGTH - LENGTH / 8);
    assertThat(origin.sent("/daemon")).isEqualTo(LENGTH);
    Fetch other = Fetch.now(cluster.peer(1), url, folder);
    assertThat(other.sha256()).isEqualTo(origin.sha256("/daemon"));
  }

  @Test
  void withoutAnySchedulerADownloadGoesToTheSource() {
    String url = origin.file("/alone", 8 << 20);
    cluster.scheduler().kill();

    Fetch fetch = Fetch.now(cluster.peer(2), url, folder);

    assertThat(fetch.sha256()).isEqualTo(origin.sha256("/alone"));
    assertThat(fetch.received().source()).isEqualTo(8 << 20);
  }
}
