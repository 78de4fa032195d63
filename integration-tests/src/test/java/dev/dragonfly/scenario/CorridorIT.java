package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.SwarmCheck;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.cluster.TestOrigin.Manner;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file goes through all four services to three peers that ask for it at the same time. */
@ExtendWith(SharedCluster.Healthy.class)
class CorridorIT {
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

  @ParameterizedTest
  @ValueSource(longs = {64 << 20, 1 << 20, (4 << 20) + 1, 1024, 1, 0})
  void everyPeerGetsTheFileAndTheOriginGivesItOnce(long length) {
    String path = "/once-" + length;
    SwarmCheck.Result result = new SwarmCheck(cluster).run(origin.file(path, length));

    assertThat(result.sha256()).isEqualTo(origin.sha256(path));
    assertThat(result.deliveredBytes()).isEqualTo(3 * length);
    assertThat(origin.sent(path)).isEqualTo(length);
    assertThat(result.originBytes()).isEqualTo(length);
    assertThat(result.peerBytes() + result.seedBytes()).isEqualTo(3 * length);
  }

  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"NO_RANGES", "NO_LENGTH"})
  void aSourceThatKnowsNoRangesOrNoLengthIsReadOnceToo(Manner manner) {
    for (long length : new long[] {20 << 20, 100_000, 0}) {
      String path = "/" + manner + "-" + length;
      SwarmCheck.Result result = new SwarmCheck(cluster).run(origin.file(path, length, manner, 0));

      assertThat(result.sha256()).isEqualTo(origin.sha256(path));
      assertThat(origin.sent(path)).isEqualTo(length);
    }
  }

  @Test
  void redirectsAreFollowed() {
    origin.file("/behind", 9 << 20);
    SwarmCheck.Result result = new SwarmCheck(cluster).run(origin.url("/redirect/behind"));

    assertThat(result.sha256()).isEqualTo(origin.sha256("/behind"));
    assertThat(origin.sent("/behind")).isEqualTo(9 << 20);
  }

  @Test
  void aPeerThatComesLaterNeedsNoSource() {
    String url = origin.file("/later", 12 << 20);
    Fetch.now(cluster.peer(0), url, folder);
    long sent = origin.sent("/later");

    Fetch later = Fetch.now(cluster.peer(1), url, folder);

    assertThat(later.sha256()).isEqualTo(origin.sha256("/later"));
    assertThat(later.received().source()).isZero();
    assertThat(origin.sent("/later")).isEqualTo(sent).isEqualTo(12 << 20);
  }

  @Test
  void whatIsOnTheDiskIsNotFetchedAgain() {
    String url = origin.file("/again", 5 << 20);
    Fetch.now(cluster.peer(2), url, folder);
    PeerNode.Received before = cluster.peer(2).received();

    Fetch again = Fetch.now(cluster.peer(2), url, folder);

    assertThat(again.sha256()).isEqualTo(origin.sha256("/again"));
    assertThat(cluster.peer(2).received()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"/status/404, 404", "/status/401, 401", "/status/403, 403", "/status/500, 500"})
  void aSourceThatRefusesIsNamedWithItsStatus(String path, String status) {
    String url = origin.url(path);
    Fetch fetch = Fetch.start(cluster.peer(0), url, folder);

    assertThat(Failures.of(fetch)).contains(status).contains(url);
    assertThat(fetch.wroteNothing()).isTrue();
  }
}
