package dev.dragonfly.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.dragonfly.api.common.v2.Download;
import dev.dragonfly.cluster.LocalCluster;
import dev.dragonfly.cluster.PeerNode;
import dev.dragonfly.cluster.TestOrigin;
import dev.dragonfly.cluster.TestOrigin.Manner;
import dev.dragonfly.common.error.DragonflyException;
import dev.dragonfly.common.error.ErrorCode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file at the source is replaced, by one of the same length, while peers without a seed read
 * it: nobody ends with halves of both. Where the source tells versions apart this holds for every
 * download; where it does not, for those who know the digest of what they want.
 */
@ExtendWith(SharedCluster.Seedless.class)
class TwoVersionsIT {
  private static final long LENGTH = 16 << 20;

  /** Slow enough to have a middle: one segment is read by one stream. */
  private static final long RATE = 8 << 20;

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

  @AfterEach
  void resume() {
    cluster.peers().forEach(peer -> peer.process().resume());
  }

  /** A file at the source, and what it was before and after it was replaced. */
  private record Replaced(String path, String url, String before) {
    static Replaced soon(Manner manner) {
      String path = "/" + manner + "-" + System.nanoTime();
      String url = origin.file(path, LENGTH, manner, RATE);
      return new Replaced(path, url, origin.sha256(path));
    }

    void now() {
      origin.change(path);
    }

    String after() {
      return origin.sha256(path);
    }

    Download asking(String sha256) {
      return Download.newBuilder().setUrl(url).setDigest("sha256:" + sha256).build();
    }
  }

  private static Fetch begun(PeerNode peer, Download download, long received) {
    return Fetch.start(peer, download, folder).awaitReceived(received);
  }

  private static Download plain(Replaced file) {
    return Download.newBuilder().setUrl(file.url()).build();
  }

  /** Each has one version, entirely, and so has who comes later. */
  private static void assertNobodyHasHalves(Replaced file, List<Fetch> fetches) {
    Set<String> whole = Set.of(file.before(), file.after());
    for (Fetch fetch : fetches) {
      assertThat(fetch.join().sha256()).as(fetch.node().process().name()).isIn(whole);
    }
    assertThat(Fetch.now(cluster.peer(3), file.url(), folder).sha256()).isIn(whole);
  }

  @Test
  void aReaderAndItsChildSeeTheSourceChange() {
    assertReaderAndChildSeeTheChange(Manner.RANGES);
  }

  @Test
  @Tag("full")
  void aReaderAndItsChildSeeTheSourceChangeByItsDateAlone() {
    assertReaderAndChildSeeTheChange(Manner.LAST_MODIFIED);
  }

  private static void assertReaderAndChildSeeTheChange(Manner manner) {
    Replaced file = Replaced.soon(manner);
    Fetch reader = begun(cluster.peer(1), plain(file), LENGTH / 4);
    Fetch child = begun(cluster.peer(2), plain(file), LENGTH / 8);

    file.now();

    assertNobodyHasHalves(file, List.of(reader, child));
  }

  @Test
  void aHalfOfTheOldVersionComesBackBesideAReaderOfTheNew() {
    Replaced file = Replaced.soon(Manner.RANGES);
    PeerNode old = cluster.peer(1);
    Fetch cut = begun(old, plain(file), LENGTH / 2);
    old.process().kill();
    cut.joinQuietly();
    file.now();
    Fetch fresh = begun(cluster.peer(2), plain(file), LENGTH / 8);

    cluster.restart(old);

    assertNobodyHasHalves(file, List.of(fresh, Fetch.start(old, file.url(), folder)));
  }

  @Test
  @Tag("full")
  void aReaderOfTheOldVersionThatHungGoesOnBesideAReaderOfTheNew() {
    Replaced file = Replaced.soon(Manner.RANGES);
    Fetch hung = begun(cluster.peer(1), plain(file), LENGTH / 4);
    hung.node().process().pause();
    file.now();
    Fetch fresh = begun(cluster.peer(2), plain(file), LENGTH / 8);

    hung.node().process().resume();

    assertNobodyHasHalves(file, List.of(hung, fresh));
  }

  @Test
  void whereTheSourceTellsNothingTheDigestDecidesForEachWhoHasOne() {
    Replaced file = Replaced.soon(Manner.NO_VALIDATOR);
    Fetch old = begun(cluster.peer(1), file.asking(file.before()), LENGTH / 2);
    file.now();
    Fetch fresh = Fetch.start(cluster.peer(2), file.asking(file.after()), folder);

    assertThat(fresh.join().sha256()).isEqualTo(file.after());
    assertIsRightOrFails(old, file.before());
  }

  @Test
  @Tag("full")
  void whereTheSourceTellsNothingAHalfThatComesBackDoesNotSpoilADigest() {
    Replaced file = Replaced.soon(Manner.NO_VALIDATOR);
    PeerNode old = cluster.peer(1);
    Fetch cut = begun(old, file.asking(file.before()), LENGTH / 2);
    old.process().kill();
    cut.joinQuietly();
    file.now();
    Fetch fresh = begun(cluster.peer(2), file.asking(file.after()), LENGTH / 8);

    cluster.restart(old);
    Fetch again = Fetch.start(old, file.asking(file.after()), folder);

    assertThat(fresh.join().sha256()).isEqualTo(file.after());
    assertThat(again.join().sha256()).isEqualTo(file.after());
  }

  private static void assertIsRightOrFails(Fetch fetch, String sha256) {
    if (fetch.joinQuietly()) {
      assertThat(fetch.sha256()).isEqualTo(sha256);
      return;
    }
    assertThatThrownBy(fetch::join)
        .cause()
        .isInstanceOfSatisfying(
            DragonflyException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.DIGEST_MISMATCH));
    assertThat(fetch.wroteNothing()).isTrue();
  }
}
